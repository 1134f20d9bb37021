#!/bin/bash
# What a cluster costs by its number of servers alone, without a client: half of them connectors,
# half backends, each linked to each. For docs/scaling.md.
#
#   cluster_size.sh BENCH_APP N...    BENCH_APP: build/release/test/bench/bench_app; N: 2 to 300 servers
#
# Prints for each N: links between servers, milliseconds until all are ready (on all cores of this
# machine), CPU-seconds until then of all and of the master, memory (Pss) of a server and of the
# master, and the CPU that one server uses while nothing happens.
set -euo pipefail
app=$(readlink -f "$1")
shift
readonly rpc_port=23100 client_port=23500 idle_seconds=5
work=$(mktemp -d)
started=0

stop_cluster() {
  if ((started)); then "$app" stop --config "$work/config" >/dev/null 2>&1 || true; fi
  started=0
}
trap 'stop_cluster; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

write_config() {  # write_config SERVERS
  local half=$(($1 / 2))
  rm -rf "$work"/{config,logs,run}
  mkdir -p "$work/config"
  cat >"$work/config/master.json" <<END
{"development": {"id": "master-server-1", "host": "127.0.0.1", "port": 23005}}
END
  cat >"$work/config/servers.json" <<END
{"development": {
  "connector": [{"id": "connector-server-", "host": "127.0.0.1", "port": "$rpc_port++",
                 "clientPort": "$client_port++", "frontend": true, "clusterCount": $half}],
  "backend": [{"id": "backend-server-", "host": "127.0.0.1", "port": "$((rpc_port + half))++",
               "clusterCount": $(($1 - half))}]}}
END
}

pids_of_servers() {  # the master's first
  local exe
  for exe in /proc/[0-9]*/exe; do
    if [[ $(readlink "$exe" 2>/dev/null || true) == "$app" ]]; then
      exe=${exe#/proc/}
      echo "${exe%/exe}"
    fi
  done | sort -n
}

ticks() {  # ticks PID...: CPU time of all, in hundredths of a second
  local pid
  for pid in "$@"; do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{ sum += $12 + $13 } END { print sum }'
}

pss() {  # pss PID...: KiB of all
  local pid
  for pid in "$@"; do grep '^Pss:' "/proc/$pid/smaps_rollup"; done | awk '{ sum += $2 } END { print sum }'
}

measure() {  # measure SERVERS
  local begin end pids master_ticks all_ticks before after
  write_config "$1"
  if [[ -n $(pids_of_servers) ]]; then echo "cluster_size: $app runs already" >&2; exit 1; fi
  begin=$(date +%s%3N)
  started=1
  "$app" start --daemon --config "$work/config" >"$work/start.out" 2>&1 ||
    { echo "$1 servers: $(tail -n 1 "$work/start.out")" >&2; exit 1; }
  end=$(date +%s%3N)
  mapfile -t pids < <(pids_of_servers)
  master_ticks=$(ticks "${pids[0]}")
  all_ticks=$(ticks "${pids[@]}")
  sleep 1
  before=$(ticks "${pids[@]:1}")
  sleep "$idle_seconds"
  after=$(ticks "${pids[@]:1}")
  awk -v n="$1" -v ready=$((end - begin)) -v all="$all_ticks" -v master="$master_ticks" \
    -v used=$((after - before)) -v seconds="$idle_seconds" \
    -v servers="$(pss "${pids[@]:1}")" -v own="$(pss "${pids[0]}")" 'BEGIN {
      printf "%7d %8d %9d %9.2f %9.2f %10.2f %10.2f %11.3f\n", n, n * (n - 1) / 2, ready,
        all / 100, master / 100, servers / n / 1024, own / 1024, used / n / seconds }'
  stop_cluster
}

echo "                              CPU s             MiB                    idle CPU %"
echo "servers    links  ready ms       all    master   a server     master  of a server"
for count in "$@"; do measure "$count"; done
