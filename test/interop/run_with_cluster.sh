#!/bin/bash
# Runs a Node script against a chat cluster of its own, on ports of its own, and checks the logs.
#
#   run_with_cluster.sh CHAT_PROGRAM CONFIG_DIR SCRIPT [ARGUMENT...]
#
# SCRIPT may be several, with commas between them: these run at the same time.
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
clients=()

show_logs() {
  find "$work" -path '*/logs/*' -type f -size +0 -exec tail -n 40 {} + >&2
}

finish() {
  local status=$?
  trap - EXIT
  if ((${#clients[@]} > 0)); then kill "${clients[@]}" 2>/dev/null || true; fi
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

become_client() {  # become_client SCRIPT [ARGUMENT...]
  # two_machines.sh runs the client in another network namespace than the cluster.
  exec ${SHADDOCK_CLIENT_MACHINE:+ip netns exec "$SHADDOCK_CLIENT_MACHINE"} \
    "$node" --no-deprecation "$here/$1" "${@:2}"
}

IFS=, read -ra scripts <<<"$script"
# A script that has the cluster for itself, on its machine, may give orders to it.
if ((${#scripts[@]} == 1)) && [[ -z ${SHADDOCK_CLIENT_MACHINE:-} ]]; then
  export SHADDOCK_CHAT=$chat SHADDOCK_CONFIG=$work/config
fi
for script in "${scripts[@]}"; do
  become_client "$script" "$@" &
  clients+=($!)
done
result=0
for client in "${clients[@]}"; do
  # What failed says more than what cannot run here.
  wait "$client" || { status=$?; if ((result == 0 || result == 77)); then result=$status; fi; }
done
clients=()
if ((result != 0)); then exit "$result"; fi

started=
"$chat" stop --config "$work/config"
if ! ls "$work"/logs/*/*.log >/dev/null; then exit 1; fi
if grep -rE '^[^ ]+ (ERROR|FATAL) ' "$work/logs"; then
  echo "errors in the logs" >&2
  exit 1
fi
