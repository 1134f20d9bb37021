#!/bin/bash
# A game made by tools/new is built, passes its own test, starts, answers its first requests, stops.
#
#   new_test.sh SHADDOCK_DIR SHADDOCK_BUILD_DIR
set -euo pipefail
shaddock=$1
shaddock_build=$2
node=${SHADDOCK_NODE:-node}

work=$(mktemp -d)
game=$work/my_game
clean_up() {
  local status=$?
  if [[ -x $game/build/my_game ]]; then "$game/build/my_game" stop --config "$game/config" || true; fi
  if ((status)); then tail -n 20 "$game"/logs/*/* 2>/dev/null || true; fi
  rm -rf "$work"
}
trap clean_up EXIT

fail() { echo "failed: $1"; exit 1; }

refuses() {  # refuses ARGUMENT...
  local status=0
  (cd "$work" && "$shaddock/tools/new" "$@") >"$work/out" 2>&1 || status=$?
  ((status == 2)) || fail "tools/new $* ended with $status: $(<"$work/out")"
  [[ $(find "$work" -mindepth 1 | wc -l) == 1 ]] || fail "tools/new $* left something behind"
}

answers() {  # answers ANSWER PORT ROUTE BODY [ROUTE BODY]...
  local out
  out=$("$node" "$game/client.js" "127.0.0.1:$2" "${@:3}") || fail "the client: $out"
  [[ $out == *"$1"* ]] || fail "expected $1, got: $out"
}

refuses
refuses Upper
refuses 2fast
refuses 'a-b'
refuses 'a;b'
refuses ../outside
refuses test
refuses shaddock
refuses fine "$work"

(cd "$work" && "$shaddock/tools/new" my_game)
# shellcheck disable=SC2016
! grep -rn '@name@\|@shaddock@' "$game" || fail "a place was not filled in"
# Ports of this test, so that a game made by hand may run beside it.
sed -i -E 's/: (3105|3110|4110|6110)/: 2\1/g' "$game"/config/*.json

echo "as its README.md says, with Shaddock built along: configured only"
cmake -S "$game" -B "$work/along" >"$work/along.log" || fail "$(<"$work/along.log")"

cmake -S "$game" -B "$game/build" -DSHADDOCK_BUILD_DIR="$shaddock_build"
cmake --build "$game/build" --parallel
ctest --test-dir "$game/build" --output-on-failure --no-tests=error

cd "$game"
build/my_game check --strict
build/my_game start --daemon
build/my_game list
answers 'connector.lobbyHandler.join answers {"players":["amy"]}' 23110 \
  connector.lobbyHandler.join '{"name":"amy","team":"red"}'
answers 'push onScore {"team":"red","points":5}' 23110 \
  connector.lobbyHandler.join '{"name":"bob","team":"red"}' \
  game.teamHandler.score '{"points":5}'
answers 'game.teamHandler.score answers {"team":"red","points":8}' 23110 \
  connector.lobbyHandler.join '{"name":"cat","team":"red"}' \
  game.teamHandler.score '{"points":3}'
answers 'game.teamHandler.score answers {"code":500}' 23110 game.teamHandler.score '{"points":3}'
build/my_game stop
for process in /proc/[0-9]*; do
  if [[ $(readlink "$process/exe" 2>/dev/null || true) == "$game/build/my_game" ]]; then
    fail "a process is left: $(tr '\0' ' ' <"$process/cmdline")"
  fi
done
echo ok
