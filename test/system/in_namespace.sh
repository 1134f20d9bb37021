#!/bin/bash
# in_namespace.sh PROGRAM WORD...: runs the program in a network namespace of its own with the word
# --nft and the path of nft; where that is not to be had, as it is.
nft=$(PATH=$PATH:/usr/sbin:/sbin command -v nft)
# All that test/system/cuts.cpp needs, which not every kernel has.
rules='table inet probe {
  set ports { type inet_service; }
  chain everything { type filter hook input priority 0;
    tcp dport @ports reject with tcp reset
    tcp dport @ports numgen random mod 100 < 5 drop
    tcp dport @ports limit rate over 125 kbytes/second drop
  }
}'
lo_up='PATH=$PATH:/usr/sbin:/sbin ip link set lo up && exec "$@"'
for how in -n -Urn; do
  if [[ -n $nft ]] && unshare $how sh -c "echo '$rules' | $nft -f - && PATH=\$PATH:/usr/sbin:/sbin ip link set lo up" >/dev/null 2>&1; then
    exec unshare $how sh -c "$lo_up" in_namespace "$@" --nft "$nft"
  fi
done
exec "$@"
