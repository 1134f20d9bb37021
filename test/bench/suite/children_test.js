'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const {test} = require('node:test');

const {Child} = require('./children');
const {coresOf, rateOf, watchWrites} = require('./machine');
const {words} = require('./load');

// A dead process may wait for its parent to take notice.
const lives = (pid) => {
  try {
    return !/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test('what a child says can be waited for', async () => {
  const child = new Child(['sh', '-c', 'echo 4711; exec sleep 60']);
  const [, port] = await child.says(/^(\d+)\n/);
  assert.equal(port, '4711');
  await child.stop();
  assert.ok(!lives(child.pid));
});

test('a child that ends without saying it fails, with its last words', async () => {
  const child = new Child(['sh', '-c', 'echo oh no >&2; exit 3']);
  await assert.rejects(child.says(/ready/), /sh ended early\noh no/);
});

test('a program that is not there is an error, not an end of the suite', async () => {
  await assert.rejects(new Child(['/no/such/program']).says(/x/), /program ended early/);
});

// It closes its output a moment before the kernel counts it as dead.
test('stopping a child also ends what it left behind', {timeout: 10_000}, async () => {
  const child = new Child(['sh', '-c', 'setsid sleep 60 & echo $!; wait']);
  const [, pid] = await child.says(/^(\d+)\n/);
  await child.stop();
  while (lives(Number(pid))) await new Promise(setImmediate);
});

test('a child that does not listen is killed at its limit', async () => {
  const child = new Child(['sleep', '60']);
  const {signal} = await child.run(50);
  assert.equal(signal, 'SIGKILL');
});

test('a list of cores is read with its ranges', () => {
  assert.deepEqual(coresOf('0-2,5'), [0, 1, 2, 5]);
});

test('writes a second are counted over the end of a run, without its very last moment', () => {
  const looks = [[0, 0], [1, 500], [2, 700], [3, 900], [3.1, 901]]
    .map(([at, writes]) => ({at, writes}));
  assert.equal(rateOf(looks, 1.1), 200);
  assert.equal(rateOf(looks, -1), 300);
  assert.equal(rateOf(looks.slice(0, 1), 0), 0);
});

test('a process that is gone ends the counting of its writes, and nothing else', async () => {
  const child = new Child(['true']);
  await child.ended;
  const watch = watchWrites([child.pid]);
  assert.equal(watch.rate(1), 0);
  watch.stop();
});

test('options become words; lists are repeated and what is undefined is left out', () => {
  assert.deepEqual(words({url: 'tcp://x', login: ['a', 'b'], notify: true, rate: undefined, rooms: 0}),
    ['--url', 'tcp://x', '--login', 'a', '--login', 'b', '--notify', '--rooms', '0']);
});
