'use strict';

const assert = require('node:assert');
const {test} = require('node:test');

const {read, choose, UsageError} = require('./options');

const peers = ['pomelo', 'pinus'];
const rows = ['routed_k10', 'room_10', 'room_100', 'pomelo_room_100'].map((name) => ({name}));
const names = (...patterns) => choose(rows, patterns).map((row) => row.name);

test('without options a row is measured in five rounds', () => {
  const options = read([], peers);
  assert.equal(options.rounds, 5);
  assert.equal(options.seconds, 2);
});

test('a quick look is shorter, unless told otherwise', () => {
  assert.equal(read(['--quick'], peers).rounds, 3);
  assert.equal(read(['--quick', '--rounds', '7'], peers).rounds, 7);
});

test('rows and peers may be named at once or one by one', () => {
  assert.deepEqual(read(['--only', 'a,b', '--only', 'c'], peers).only, ['a', 'b', 'c']);
  assert.deepEqual(read(['--compare', 'pomelo,pinus'], peers).compare, peers);
});

test('what makes no sense is refused', () => {
  for (const argv of [['--rounds', '0'], ['--seconds', 'x'], ['--bogus'], ['quick'], ['--json'],
    ['--compare', 'skynet']]) {
    assert.throws(() => read(argv, peers), UsageError, argv.join(' '));
  }
});

test('a row is chosen by its name, several by how they begin', () => {
  assert.deepEqual(names('room_10'), ['room_10']);
  assert.deepEqual(names('room_*', 'routed_k10'), ['routed_k10', 'room_10', 'room_100']);
  assert.equal(names().length, rows.length);
});

test('a name that no row has is refused', () => {
  assert.throws(() => names('room'), UsageError);
});

test('the micro-benchmarks are another thing than the rows and the scale', () => {
  assert.equal(read(['--micro'], peers).micro, true);
  assert.throws(() => read(['--micro', '--scale'], peers), UsageError);
});
