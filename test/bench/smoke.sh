#!/bin/bash
# The relay answers the load generator: every answer right, with one hop and with two, and a relay
# that is gone is noticed. Says nothing about speed.   usage: smoke.sh RELAY LOAD
set -euo pipefail
relay=$1
load=$2
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

start_relay() {  # start_relay ROLE [BACK_PORT]: sets port
  local out
  exec {out}< <(exec "$relay" "$1" 0 "${@:2}")
  pids+=($!)
  read -r port <&"$out"
}

try_load() {
  "$load" --port "$1" --inflight "$2" --warmup 0.05 --seconds 0.3 --no-handshake
}

expect_clean() {
  local result
  result=$(try_load "$@") || { echo "load failed: $result"; exit 1; }
  echo "$result"
  [[ $result == *'"errors":0,"wrong":0,"unanswered":0,'* && $result != '{"answers":0,'* ]]
}

start_relay back
start_relay front "$port"
expect_clean "$port" 10
expect_clean "$port" 1
front=$port
start_relay local
expect_clean "$port" 10

kill "${pids[@]}"
wait "${pids[@]}" 2>/dev/null || true
if try_load "$front" 1; then
  echo "the load generator did not notice that nobody answers"
  exit 1
fi
