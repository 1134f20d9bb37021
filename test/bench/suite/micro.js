// The micro-benchmarks (tools/bench --micro): what a message passes inside of one process. Their
// programs print the tables themselves; they run on the servers' core.
'use strict';

const {spawnSync} = require('child_process');
const fs = require('fs');

// The words of each table's command: the budget line by line, then all that is not in it.
const tables = ({smoke}) => {
  const shortly = smoke ? ['--benchmark_min_time=0.0001'] : [];
  return [
    ['--budget', ...shortly, ...(smoke ? ['--benchmark_repetitions=1'] : [])],
    ['--benchmark_filter=-^budget/', ...shortly],
  ];
};

// 0: all ran and the budget is kept.
function run({options, machine, programs}, header) {
  if (!fs.existsSync(programs.micro)) {
    throw new Error(`there is no ${programs.micro}: tools/setup bench installs what it needs`);
  }
  process.stdout.write(`${header}\n\n`);
  const ends = tables(options).map((words) => {
    const command = ['-c', String(machine.serverCore), programs.micro, ...words];
    const {status} = spawnSync('taskset', command, {stdio: ['ignore', 'inherit', 'inherit']});
    process.stdout.write('\n');
    return status;
  });
  return ends.every((status) => status === 0) ? 0 : 1;
}

module.exports = {run};
