# What the benches share, sourced by scripts/bench-*: the built programs, a mail server, the peers of Node.js, and how a
# run is timed. Each bench runs its peers turn about against the same server, each in a new folder on the same disk.
set -euo pipefail

build() {
    cargo build --release --workspace --bins --locked
    target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release
    work=$(mktemp -d "${TMPDIR:-/tmp}/mailroom-bench-XXXXXX")
    trap 'rm -rf "$work"' EXIT
}

need_mbsync() {
    command -v mbsync >/dev/null || fail "mbsync is not installed. Install it: apt-get install isync"
}

need_node_peers() {
    command -v npm >/dev/null || fail "Node.js is not installed. Install it: apt-get install nodejs npm"
    local peers=benches/peers
    [ "$peers/node_modules/.package-lock.json" -nt "$peers/package-lock.json" ] || npm ci --silent --prefix "$peers"
}

# start_server MESSAGES MEAN-BYTES [MAILBOXES]
start_server() {
    coproc SERVER { exec "$target/mail-server" "$1" "$2" 1 "${3:-1}"; }
    read -r json <&"${SERVER[0]}" || fail "The mail server does not start."
    export BENCH_HOST=localhost BENCH_PASSWORD BENCH_PORT BENCH_CA
    BENCH_PASSWORD=$(ready password)
    BENCH_PORT=$(ready imaps_port)
    BENCH_CA=$(ready certificate_authority_file)
}

# A value of the server's line of JSON, which is flat.
ready() {
    sed "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/" <<<"$json"
}

# The users of the server, the first N.
users() {
    ready user
    [ "$1" -lt 2 ] || seq -f 'sales%.0f@ours.example' "$(($1 - 1))"
}

# timed OUTPUT COMMAND...: prints seconds gone by and seconds of CPU, of the command and all that it started.
timed() {
    local output=$1 took
    shift
    TIMEFORMAT='%R %U %S'
    took=$({ time "$@" >"$output" 2>&1; } 2>&1) || fail "$1 failed: $(tail -n 20 "$output")"
    awk '{ print $1, $2 + $3 }' <<<"$took"
}

# write_mbsyncrc FOLDER USER FSYNC: has mbsync download the user's INBOX into FOLDER/mail.
write_mbsyncrc() {
    mkdir "$1/mail"
    cat >"$1/mbsyncrc" <<END
FSync $3

IMAPAccount bench
Host $BENCH_HOST
Port $BENCH_PORT
User $2
Pass $BENCH_PASSWORD
SSLType IMAPS
CertificateFile $BENCH_CA

IMAPStore far
Account bench

MaildirStore near
Path $1/mail/
Inbox $1/mail/INBOX

Channel bench
Far :far:
Near :near:
Pattern INBOX
Create Near
Sync Pull
SyncState *
END
}

node_peer() {
    local program=$1
    shift
    node "benches/peers/$program.mjs" "$@"
}

in_mailroom() {
    local folder=$1
    shift
    "$target/mailroom" --data-dir "$folder/data" --log "${BENCH_LOG:-error}" "$@"
}

# The mail server's entry of a set-up file.
setup_server() {
    cat <<END
mail_servers:
  - {name: bench, host: $BENCH_HOST, port: $BENCH_PORT, ca_file: $BENCH_CA}
END
}

setup_rules() {
    cat <<END
rules:
  - name: Orders
    when: {subject: {contains: [quote, Anfrage, devis]}}
    then: [{tag: order}]
  - name: New customers
    when: {kind: {is: personal}}
    then: [link, create_lead]
END
}

same_count() {
    [ "$1" = "$2" ] || fail "$3 has $1 of $2 messages."
}

fail() {
    echo "$*" >&2
    exit 1
}
