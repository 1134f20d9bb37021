#!/bin/bash
# The program `shaddock load` from its words to its exit code and files, against the relay of
# test/bench: with one hop and with two, and against nobody. Says nothing about speed.
#
#   program.sh SHADDOCK RELAY
set -euo pipefail
program=$1
relay=$2
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

fail() { echo "$1"; exit 1; }

start_relay() {  # start_relay ROLE [BACK_PORT]: sets port
  local out
  exec {out}< <(exec "$relay" "$1" 0 "${@:2}")
  pids+=($!)
  read -r port <&"$out"
}

ask() {  # ask PORT OPTION...
  "$program" load request --url "tcp://127.0.0.1:$1" --route backend.echoHandler.echo \
    --body '{"msg":"{client} {n}"}' --expect '{"code":200,"msg":"{client} {n}"}' \
    --clients 20 --warmup 0.05 --seconds 0.2 "${@:2}"
}

field() { [[ $2 =~ \"$1\":(-?[0-9.]+) ]] && echo "${BASH_REMATCH[1]}"; }

expect_clean() {  # expect_clean PORT OPTION...
  local result
  result=$(ask "$@" --json - 2>"$work/progress") || fail "load failed: $result"
  echo "$result"
  [[ $(field errors "$result")$(field wrong "$result")$(field unanswered "$result") == 000 &&
    $(field count "$result") != 0 ]] || fail "not clean"
  [[ -s $work/progress ]] || fail "no line on how it goes"
}

start_relay back
start_relay front "$port"
front=$port
expect_clean "$front" --inflight 10
expect_clean "$front" --rate 500
start_relay local
expect_clean "$port" --threads 2

ask "$port" --quiet --pids "relay:${pids[2]}" --json "$work/a.json" --html "$work/a.html" \
  >"$work/table" 2>"$work/errors"
[[ ! -s $work/errors ]] || fail "--quiet says something"
grep -q 'all good' "$work/table" || fail "no verdict in the table"
grep -q '"name":"relay"' "$work/a.json" || fail "no server in the JSON"
grep -q '<svg' "$work/a.html" || fail "no plot in the report"
if ask "$port" --quiet --json "$work/no/such/folder" >/dev/null 2>&1; then
  fail "a result that cannot be written is no failure"
fi

kill "${pids[@]}"
wait "${pids[@]}" 2>/dev/null || true
status=0
ask "$front" --quiet >"$work/table" 2>&1 || status=$?
((status == 1)) || fail "exit code $status when nobody answers"
grep -q 'connection refused' "$work/table" || fail "not told that nobody answers"

status=0
"$program" load request --url nowhere >/dev/null 2>&1 || status=$?
((status == 2)) || fail "exit code $status for wrong usage"
"$program" load storm --help | grep -q -- --gate || fail "no help"
"$program" --help | grep -q load || fail "no usage"
