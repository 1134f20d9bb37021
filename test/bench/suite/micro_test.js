'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {test} = require('node:test');
const {spawnSync} = require('node:child_process');

// A program in the place of bench_micro that writes down its words.
function playedBy(script, words = []) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shaddock-micro-'));
  const program = path.join(folder, 'bench_micro');
  if (script !== undefined) fs.writeFileSync(program, `#!/bin/sh\n${script}\n`, {mode: 0o755});
  const suite = {options: {smoke: words.includes('smoke')}, machine: {serverCore: 0},
    programs: {micro: program}};
  const code = `process.exitCode = require('./micro').run(${JSON.stringify(suite)}, 'a machine');`;
  const end = spawnSync(process.execPath, ['-e', code], {cwd: __dirname, encoding: 'utf8'});
  fs.rmSync(folder, {recursive: true});
  return end;
}

test('the budget comes first, then all that is not in it', () => {
  const end = playedBy('echo "$@"');
  assert.equal(end.status, 0);
  assert.match(end.stdout, /^a machine\n\n--budget\n\n--benchmark_filter=-\^budget\/\n/);
});

test('a budget that is not kept fails, and the rest is measured all the same', () => {
  const end = playedBy('echo "$@"; test "$1" != --budget');
  assert.equal(end.status, 1);
  assert.match(end.stdout, /filter/);
});

test('for a moment when it is only to be seen that it works', () => {
  assert.match(playedBy('echo "$@"', ['smoke']).stdout, /min_time=0\.0001[^]*min_time=0\.0001/);
});

test('where it was not built, what installs it is told', () => {
  const end = playedBy();
  assert.equal(end.status, 1);
  assert.match(end.stderr, /tools\/setup bench/);
});
