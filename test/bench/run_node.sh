#!/bin/bash
# Runs Node with these arguments.
#
#   run_node.sh ARGUMENT...
#
# SHADDOCK_NODE names the node to use. Exit status 77: there is none.
set -euo pipefail
node=${SHADDOCK_NODE:-$(command -v node || true)}
if [[ -z $node ]]; then
  echo "no Node here: run tools/setup bench"
  exit 77
fi
exec "$node" "$@"
