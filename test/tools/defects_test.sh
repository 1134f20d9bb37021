#!/bin/bash
# Each bug on purpose fits the source as it is, and one that cannot be built is not one that was
# noticed.
#
#   defects_test.sh SHADDOCK_DIR
set -euo pipefail
shaddock=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for name in $("$shaddock/tools/defects" --list); do
  "$shaddock/tools/defects" --plant "$name" "$work/planted" >/dev/null
done

mkdir -p "$work/copy/tools" "$work/copy/test/defects" "$work/bin"
cp "$shaddock/tools/defects" "$work/copy/tools"
cp "$shaddock/test/defects/table.txt" "$work/copy/test/defects"
printf '#!/bin/bash\nexit 1\n' >"$work/bin/cmake"
chmod +x "$work/bin/cmake"
status=0
PATH=$work/bin:$PATH SHADDOCK_DEFECT_SECONDS=2 "$work/copy/tools/defects" answer_twice \
  >"$work/out" 2>&1 || status=$?
if ((status != 2)) || grep -q 'were noticed' "$work/out"; then
  echo "a build that fails ended with $status:"
  cat "$work/out"
  exit 1
fi
