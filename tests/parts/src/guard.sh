# Runs a server for a test and outlives the test: guard FOLDER STOP-SIGNAL END-SIGNAL COMMAND...
# Its standard input is a pipe whose other end only the test holds: a line `stop` or `start` does that and is answered
# by a line. The end of that pipe, however the test ended, ends the server and deletes FOLDER.
folder=$1
stop=$2
end=$3
shift 3
server=

start() {
    setsid "$@" >>"$folder/output" 2>&1 </dev/null &
    server=$!
}

stop_with() {
    [ "$server" ] || return
    kill -s "$1" "$server"
    [ "$1" = KILL ] || {
        (sleep 5 && kill -s KILL -- "-$server") >/dev/null &
        late=$!
    }
    wait "$server"
    [ "$1" = KILL ] || kill "$late"
    kill -s KILL -- "-$server"
    server=
}

while read -r word; do
    case $word in
        start) start "$@" ;;
        stop) stop_with "$stop" ;;
    esac
    echo "$server"
done
stop_with "$end"
rm -rf "$folder"
