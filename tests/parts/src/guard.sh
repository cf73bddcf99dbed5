# Runs a server for a test and outlives the test: guard FOLDER STOP-SIGNAL COMMAND...
# Its standard input is a pipe whose other end only the test holds. The end of that pipe, however the test ended,
# stops the server and deletes FOLDER.
folder=$1
stop=$2
shift 2
setsid "$@" >"$folder/output" 2>&1 </dev/null &
server=$!
echo "$server"
exec >/dev/null 2>&1
cat
kill -s "$stop" "$server"
(sleep 5 && kill -s KILL -- "-$server") &
late=$!
wait "$server"
kill "$late"
kill -s KILL -- "-$server"
rm -rf "$folder"
