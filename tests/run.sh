#!/bin/sh
# Run every test, with the database and the files they make in memory where there is room for them, else on the disk:
# each test that commits works in a copy of its own, a thousand files that a disk writes, syncs and forgets.
set -e
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)
if [ -w /dev/shm ] && [ "${room:-0}" -gt 8000000 ]; then
    PAYUNG_HOME=$(mktemp -d /dev/shm/payung-tests.XXXXXX)
    export PAYUNG_HOME
    trap '"$BIN/payung" db stop >/dev/null; rm -rf "$PAYUNG_HOME"' EXIT
    set -- --basetemp "$PAYUNG_HOME/tmp" "$@"
fi
# A fresh home has no keys yet; they are made for an empty database alone.
"$BIN/payung" db migrate >/dev/null
"$BIN/pytest" -n 2 --dist loadgroup "$@"
