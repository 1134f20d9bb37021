// The machine that measures: its cores, and what was stolen from them.
'use strict';

const {execFileSync} = require('child_process');
const fs = require('fs');
const os = require('os');

// "0-2,5" as [0, 1, 2, 5].
function coresOf(list) {
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({length: last - first + 1}, (_, i) => first + i);
  });
}

function allowedCores() {
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  return coresOf(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)[1]);
}

// Servers on one core, the load on another. On a machine with one they share it.
function choose() {
  const cores = allowedCores();
  return {cores, serverCore: cores[0], loadCore: cores.length > 1 ? cores[1] : cores[0]};
}

function describe(machine) {
  const model = os.cpus()[0] ? os.cpus()[0].model.trim() : os.arch();
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  return `${model}, ${machine.cores.length} cores, ${memory} GiB, Linux ${os.release()}; ` +
    `servers on core ${machine.serverCore}, load on core ${machine.loadCore}`;
}

// Moves this process out of the servers' way.
function leaveServersAlone({loadCore}) {
  execFileSync('taskset', ['-acp', String(loadCore), String(process.pid)]);
}

const stealColumn = 8; // of /proc/stat, in ticks of 10 ms

function stolenTicks(cores) {
  const lines = fs.readFileSync('/proc/stat', 'utf8').split('\n');
  return cores.map((core) => {
    const line = lines.find((text) => text.startsWith(`cpu${core} `)) || '';
    return Number(line.split(/\s+/)[stealColumn] || 0);
  });
}

// Begins to watch; the answer tells what share of one core was stolen since, the worst of them.
function watchStolen(cores) {
  const before = stolenTicks(cores);
  const start = process.hrtime.bigint();
  return () => {
    const ticks = Number(process.hrtime.bigint() - start) / 1e7;
    return Math.max(...stolenTicks(cores).map((now, i) => (now - before[i]) / ticks));
  };
}

const writeCalls = (pid) =>
  Number(/^syscw: (\d+)/m.exec(fs.readFileSync(`/proc/${pid}/io`, 'utf8'))[1]);

// Counts the writes of these processes from now on, until stop(). `rate(seconds)` tells how many
// there were a second, in so many seconds before it is asked.
function watchWrites(pids) {
  const period = 50; // ms
  const looks = [];
  const look = () => {
    try {
      const writes = pids.reduce((sum, pid) => sum + writeCalls(pid), 0);
      looks.push({at: Number(process.hrtime.bigint()) / 1e9, writes});
    } catch {
      clearInterval(timer); // one of them is gone
    }
  };
  const timer = setInterval(look, period);
  look();
  return {
    stop: () => clearInterval(timer),
    rate: (seconds) => (looks.length > 0 ? rateOf(looks, looks.at(-1).at - seconds) : 0),
  };
}

// Writes a second, from the last look before that time to the last of all but one.
function rateOf(looks, since) {
  const first = looks.findLast((look) => look.at <= since) || looks[0];
  const last = looks.at(-2);
  return last && last.at > first.at ? (last.writes - first.writes) / (last.at - first.at) : 0;
}

module.exports = {coresOf, choose, describe, leaveServersAlone, watchStolen, watchWrites, rateOf};
