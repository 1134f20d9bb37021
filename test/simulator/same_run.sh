#!/bin/bash
# The same seeds in two processes: the same runs, to the last byte.
#
#   same_run.sh SIMULATOR
set -euo pipefail

once() { "$1" --from 101 --seeds 3 --sim-seconds 10 --hash | grep '^seed'; }

first=$(once "$1")
second=$(once "$1")
echo "$first"
if [[ $first != "$second" ]]; then
  echo "and in another process:"
  echo "$second"
  exit 1
fi
