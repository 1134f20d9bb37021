// The command line of tools/bench.
'use strict';

const usage = `usage: tools/bench [options]

Measures Shaddock beside its bounds (bare libuv programs that do the same reads, writes and hops) and
prints one table. Needs two cores, one for the servers and one for the load, and a quiet machine.

  --list           the rows
  --only ROW,...   these rows; 'room_*' means all that begin so
  --rounds N       clean rounds per row (5); fewer are a look, not a measurement
  --seconds S      length of a counted window (2)
  --quick          --rounds 3 --seconds 1
  --compare PEER   pomelo or pinus: installs it from npm and runs the same load against it, in rows
                   named PEER_*; may be given twice
  --scale          instead of the rows: how the cost of a message grows with connections, backends
                   and rooms, then 10,000 players on one connector and 50,000 on six
  --micro          instead of the rows: the budget of a routed request, line by line, then what else
                   happens often, in one process (Google Benchmark)
  --json FILE      all samples of all rounds
  --markdown       the table for a page
  --binaries DIR   use the programs of this build folder; build nothing
  --smoke          every row for a moment, nothing judged: does it still work?

A round in which more than 10 % of a core was stolen by the hypervisor is dropped and repeated; one
whose sides put differently many messages into a read or write (over 10 %) is void.
Exit status: 0 measured, whatever the verdict; 1 something could not be measured, or the budget of
--micro is not kept; 2 usage.
`;

const flags = ['list', 'quick', 'scale', 'micro', 'markdown', 'smoke', 'help'];
const values = ['only', 'rounds', 'seconds', 'compare', 'json', 'binaries'];

class UsageError extends Error {}

function words(argv) {
  const given = {compare: [], only: []};
  for (let i = 0; i < argv.length; ++i) {
    const name = argv[i].replace(/^--/, '');
    if (!argv[i].startsWith('--')) throw new UsageError(`what is ${argv[i]}?`);
    if (flags.includes(name)) given[name] = true;
    else if (!values.includes(name)) throw new UsageError(`there is no option ${argv[i]}`);
    else if (argv[++i] === undefined) throw new UsageError(`${argv[i - 1]} lacks its value`);
    else if (Array.isArray(given[name])) given[name].push(...argv[i].split(','));
    else given[name] = argv[i];
  }
  return given;
}

function number(given, name, otherwise, least) {
  const value = given[name] === undefined ? otherwise : Number(given[name]);
  if (!(value >= least)) throw new UsageError(`--${name}: a number from ${least}`);
  return value;
}

function read(argv, peers) {
  const given = words(argv);
  for (const name of given.compare) {
    if (!peers.includes(name)) throw new UsageError(`--compare ${peers.join('|')}`);
  }
  const rounds = given.smoke ? 1 : given.quick ? 3 : 5;
  const seconds = given.smoke ? 0.3 : given.quick ? 1 : 2;
  const options = {
    ...given,
    rounds: number(given, 'rounds', rounds, 1),
    seconds: number(given, 'seconds', seconds, 0.1),
  };
  if (given.micro && given.scale) throw new UsageError('--micro or --scale, not both');
  return {...options, warmup: Math.min(1, options.seconds / 2)};
}

// The rows that --only names, in their own order.
function choose(rows, patterns) {
  const fits = (pattern, name) =>
    (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
  for (const pattern of patterns) {
    if (!rows.some((row) => fits(pattern, row.name))) {
      throw new UsageError(`there is no row ${pattern}; --list tells them`);
    }
  }
  if (patterns.length === 0) return rows;
  return rows.filter((row) => patterns.some((pattern) => fits(pattern, row.name)));
}

module.exports = {read, choose, usage, UsageError};
