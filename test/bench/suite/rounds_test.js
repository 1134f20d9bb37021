'use strict';

const assert = require('node:assert');
const {test} = require('node:test');

const {Pool, measureRow} = require('./rounds');

const suite = {options: {rounds: 5}};

// A server that notes when it starts and stops.
const server = (key, events) => ({
  key,
  async start() {
    events.push(`+${key}`);
    return {stop: async () => events.push(`-${key}`)};
  },
});

const rowOf = (measure, more) => ({
  name: 'row', needs: [], sides: measure.map((one, i) => ({name: `side ${i}`, measure: one})),
  ...more,
});

async function measured(row) {
  const said = [];
  const result = await measureRow(suite, new Pool(suite), row, (text) => said.push(text));
  return {...result, said};
}

test('the sides are measured in turn, and later ones see what earlier ones showed', async () => {
  const order = [];
  const {verdict, ratio} = await measured(rowOf([
    async () => (order.push('a'), {value: 3}),
    async (_, [first]) => (order.push('b'), {value: 2 * first.value}),
  ]));
  assert.equal(order.join(''), 'ababababab');
  assert.equal(verdict, 'printed');
  assert.equal(ratio.median, 0.5);
});

test('a round with stolen time is repeated', async () => {
  const stolen = [0.5, 0, 0, 0.2, 0, 0, 0];
  let rounds = 0;
  const {clean, said} = await measured(rowOf([async () => ({value: 1, stolen: stolen[rounds++]})]));
  assert.equal(clean.length, 5);
  assert.equal(rounds, 7);
  assert.equal(said.filter((text) => text.includes('stolen')).length, 2);
});

test('when too much is stolen the row ends without a measurement', async () => {
  const {verdict} = await measured(rowOf([async () => ({value: 1, stolen: 1})]));
  assert.equal(verdict, 'not measured');
});

test('a row that is nothing but void ends early', async () => {
  let rounds = 0;
  const {verdict} = await measured(rowOf([
    async () => (++rounds, {value: 1, batches: {read: 1}}),
    async () => ({value: 1, batches: {read: 2}}),
  ]));
  assert.equal(verdict, 'void');
  assert.equal(rounds, 4);
});

test('what fails is told, and ends what the side had started', async () => {
  const events = [];
  const {verdict, why} = await measured(rowOf([async ({fresh}) => {
    await fresh(server('own', events));
    throw new Error('no answers');
  }]));
  assert.equal(verdict, 'failed');
  assert.equal(why, 'no answers');
  assert.deepEqual(events, ['+own', '-own']);
});

test('servers stay for the next row that needs them, and no longer', async () => {
  const events = [];
  const [a, b] = ['a', 'b'].map((key) => server(key, events));
  const pool = new Pool(suite);
  await pool.prepare([a, b]);
  await pool.prepare([server('b', events)]);
  await pool.prepare([]);
  assert.deepEqual(events, ['+a', '+b', '-a', '-b']);
});
