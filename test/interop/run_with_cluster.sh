#!/bin/bash
# Runs a Node script against a chat cluster of its own, on ports of its own, and checks the logs.
#
#   run_with_cluster.sh CHAT_PROGRAM CONFIG_DIR SCRIPT [ARGUMENT...]
#
# SHADDOCK_PORT_OFFSET (default 10000) is added to every port of the copied configuration, so that
# it runs beside other clusters. SHADDOCK_ISOLATION (default: what the configuration says) makes the
# servers processes, threads or none of both. SHADDOCK_NODE names the node to use. Exit status 77:
# cannot run.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
if (($# < 3)); then
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
chat=$(readlink -f "$1")
config=$2
script=$3
shift 3

node=${SHADDOCK_NODE:-$(command -v node || true)}
if [[ -z $node || ! -d $here/node_modules ]]; then
  echo "no Node or no npm packages here: run tools/setup test"
  exit 77
fi

offset=${SHADDOCK_PORT_OFFSET:-10000}
work=$(mktemp -d)
started=

show_logs() {
  find "$work" -path '*/logs/*' -type f -size +0 -exec tail -n 40 {} + >&2
}

finish() {
  local status=$?
  trap - EXIT
  if [[ -n $started ]]; then "$chat" stop --config "$work/config" || status=1; fi
  if ((status != 0)); then show_logs; fi
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

cp -r "$config" "$work/config"
"$node" "$here/offset_ports.js" "$offset" "$work/config/servers.json" "$work/config/master.json"

started=yes
"$chat" start --daemon --config "$work/config" ${SHADDOCK_ISOLATION:+--isolation "$SHADDOCK_ISOLATION"}
export SHADDOCK_GATE_HOST=${SHADDOCK_GATE_HOST:-127.0.0.1} SHADDOCK_GATE_PORT=$((3014 + offset))
# two_machines.sh runs the client in another network namespace than the cluster.
${SHADDOCK_CLIENT_MACHINE:+ip netns exec "$SHADDOCK_CLIENT_MACHINE"} \
  "$node" --no-deprecation "$here/$script" "$@"

started=
"$chat" stop --config "$work/config"
if ! ls "$work"/logs/*/*.log >/dev/null; then exit 1; fi
if grep -rE '^[^ ]+ (ERROR|FATAL) ' "$work/logs"; then
  echo "errors in the logs" >&2
  exit 1
fi
