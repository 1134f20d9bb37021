#!/bin/bash
# run_with_cluster.sh with the cluster on one machine and the client on another: two network
# namespaces joined by a cable (veth). Every server names 127.0.0.1 as its host, so the page must
# find the connectors by the address it came from.
#
#   two_machines.sh CHAT_PROGRAM CONFIG_DIR SCRIPT [ARGUMENT...]
#
# Exit status 77: cannot run here.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
servers=shaddock-servers-$$
clients=shaddock-clients-$$

finish() {
  ip netns delete "$servers" 2>/dev/null || true
  ip netns delete "$clients" 2>/dev/null || true
}
trap finish EXIT

if ((EUID != 0)) || ! command -v ip >/dev/null || ! ip netns add "$servers" 2>/dev/null; then
  echo "network namespaces need root and the package iproute2"
  exit 77
fi
ip netns add "$clients"
ip -n "$servers" link add cable type veth peer name cable netns "$clients"
ip -n "$servers" address add 10.77.0.1/30 dev cable
ip -n "$clients" address add 10.77.0.2/30 dev cable
for machine in "$servers" "$clients"; do
  ip -n "$machine" link set lo up
  ip -n "$machine" link set cable up
done

export SHADDOCK_GATE_HOST=10.77.0.1 SHADDOCK_CLIENT_MACHINE=$clients
ip netns exec "$servers" "$here/run_with_cluster.sh" "$@"
