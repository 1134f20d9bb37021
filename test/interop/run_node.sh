#!/bin/bash
# Runs a Node script of this folder, one that starts what it needs by itself.
#
#   run_node.sh SCRIPT [ARGUMENT...]
#
# SHADDOCK_NODE names the node to use. Exit status 77: cannot run.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
node=${SHADDOCK_NODE:-$(command -v node || true)}
if [[ -z $node || ! -d $here/node_modules ]]; then
  echo "no Node or no npm packages here: run tools/setup test"
  exit 77
fi
exec "$node" --no-deprecation "$here/$1" "${@:2}"
