// Every process that the suite starts. None survives it: they are ended by their ids when it ends,
// however it ends, and the kernel ends them when it is killed.
'use strict';

const {spawn} = require('child_process');
const fs = require('fs');

const patience = 5000; // ms until a process that was asked to end is killed
const living = new Map(); // by pid
let ending = false; // by a signal: nothing is started any more

function processTable() {
  const table = [];
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      table.push({pid: Number(name), parent: Number(fields[1]), started: fields[19]});
    } catch {
      // It ended meanwhile.
    }
  }
  return table;
}

// The processes below this one, with when they were started, so that a later process with the same
// id is not taken for one of them.
function descendants(pid) {
  const table = processTable();
  const found = [];
  for (let front = [pid]; front.length > 0;) {
    const next = table.filter((one) => front.includes(one.parent));
    found.push(...next);
    front = next.map((one) => one.pid);
  }
  return found;
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

function killLeftOvers(family) {
  const table = processTable();
  for (const {pid, started} of family) {
    if (table.some((one) => one.pid === pid && one.started === started)) kill(pid, 'SIGKILL');
  }
}

// A process on one core (without one: on all), which the kernel ends together with us.
class Child {
  constructor(command, {core, env, stdin = 'ignore', cwd} = {}) {
    if (ending) throw new Error('the suite is ending');
    const pinned = ['taskset', '-c', String(core ?? '0-1023')];
    const words = ['setpriv', '--pdeathsig', 'TERM', ...pinned, ...command];
    this.name = command[0].split('/').pop();
    this.output = '';
    this.errors = '';
    this.family = [];
    this.process = spawn(words[0], words.slice(1), {
      stdio: [stdin, 'pipe', 'pipe'], env: {...process.env, ...env}, cwd,
    });
    this.pid = this.process.pid;
    if (this.pid !== undefined) living.set(this.pid, this);
    this.process.stdout.on('data', (text) => (this.output += text));
    this.process.stderr.on('data', (text) => (this.errors = (this.errors + text).slice(-8000)));
    this.gone = this.once('exit', () => living.delete(this.pid));
    this.ended = this.once('close'); // and all that it printed is read
  }

  once(event, then = () => {}) {
    return new Promise((resolve) => {
      this.process.on('error', (error) => resolve({error}));
      this.process.on(event, (code, signal) => {
        then();
        resolve({code, signal});
      });
    });
  }

  // The first match of the pattern in what it prints; fails when it ends without, or is too slow.
  async says(pattern, limit = 15000) {
    let timer;
    const found = new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.output);
        if (match) resolve(match);
      };
      this.process.stdout.on('data', look);
      this.ended.then(() => reject(new Error(this.complaint('ended early'))));
      timer = setTimeout(() => reject(new Error(this.complaint('is too slow'))), limit);
      look();
    });
    return found.finally(() => clearTimeout(timer));
  }

  // To its end, or killed after that time.
  async run(limit) {
    const timer = setTimeout(() => kill(this.pid, 'SIGKILL'), limit);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  complaint(what) {
    return `${this.name} ${what}\n${this.output.slice(-2000)}${this.errors.slice(-2000)}`.trimEnd();
  }

  // Notes what it has started, so that nothing of it is left when it is gone.
  noteFamily() {
    this.family = descendants(this.pid);
    return this.family.map((one) => one.pid);
  }

  async stop() {
    if (living.has(this.pid)) {
      this.noteFamily();
      kill(this.pid, 'SIGTERM');
      const timer = setTimeout(() => kill(this.pid, 'SIGKILL'), patience);
      await this.gone;
      clearTimeout(timer);
    }
    killLeftOvers(this.family);
    await this.ended;
  }
}

const stopAll = () => Promise.all([...living.values()].map((child) => child.stop()));

// For an end without time: asks no one.
function killAll() {
  for (const child of living.values()) {
    const family = [...child.family, ...descendants(child.pid)];
    kill(child.pid, 'SIGKILL');
    killLeftOvers(family);
  }
}

function guardTheEnd() {
  process.on('exit', killAll);
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
    process.on(signal, () => {
      ending = true;
      stopAll().finally(() => process.exit(code));
    });
  }
}

module.exports = {Child, stopAll, guardTheEnd};
