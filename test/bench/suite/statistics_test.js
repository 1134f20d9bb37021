'use strict';

const assert = require('node:assert');
const {test} = require('node:test');

const {median, spread, apart, flaw, ratioOf, judge} = require('./statistics');

const sample = (value, more) => ({value, stolen: 0, ...more});
const batches = (write, read) => ({batches: {write, read}});
const rounds = (pairs) => pairs.map(([a, b]) => [sample(a), sample(b)]);
const five = rounds([[6, 10], [7, 10], [5, 10], [60, 100], [8, 10]]);

test('the median of an even number is between the two in the middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([3, 1, 2]), 2);
});

test('numbers are sorted as numbers', () => {
  assert.deepEqual(spread([10, 9, 100]), {median: 10, min: 9, max: 100});
});

test('how far two figures are apart does not depend on their order', () => {
  assert.equal(apart(9, 10), apart(10, 9));
  assert.equal(apart(0, 0), 0);
});

test('the ratio is taken in each round, then the median of ratios', () => {
  const judged = judge({target: {of: 'ratio', atLeast: 0.6}}, five, []);
  assert.deepEqual(judged.ratio, {median: 0.6, min: 0.5, max: 0.8});
  assert.deepEqual(judged.sides[0], {median: 7, min: 5, max: 60});
});

test('a round with one side has no ratio', () => {
  assert.equal(ratioOf([sample(1)]), null);
});

test('a target is met at its figure and missed beyond it', () => {
  const verdict = (target) => judge({target}, five, []).verdict;
  assert.equal(verdict({of: 'ratio', atLeast: 0.6}), 'pass');
  assert.equal(verdict({of: 'ratio', atLeast: 0.61}), 'miss');
  assert.equal(verdict({of: 'value', atMost: 7}), 'pass');
  assert.equal(verdict({of: 'value', atMost: 6.9}), 'miss');
  assert.equal(verdict(undefined), 'printed');
});

test('fewer clean rounds than wanted are no measurement, and the reason is told', () => {
  const judged = judge({}, five.slice(1), [{kind: 'stolen', text: '12 % of a core was stolen'}]);
  assert.equal(judged.verdict, 'not measured');
  assert.match(judged.why, /only 4 clean rounds: 12 %/);
  assert.equal(judged.sides.length, 2);
});

test('without any clean round there is a verdict all the same', () => {
  assert.equal(judge({}, [], []).verdict, 'not measured');
});

test('a row whose rounds are mostly void is void', () => {
  const flaws = [{kind: 'void', text: 'unlike'}, {kind: 'void', text: 'unlike'},
    {kind: 'stolen', text: 'stolen'}];
  const judged = judge({}, five.slice(3), flaws);
  assert.equal(judged.verdict, 'void');
  assert.match(judged.why, /unlike/);
});

test('a round with over 10 % stolen on any side does not count', () => {
  assert.equal(flaw([sample(1, {stolen: 0.1}), sample(1)]), null);
  assert.equal(flaw([sample(1), sample(1, {stolen: 0.11})]).kind, 'stolen');
});

test('a round whose batches are over 10 % apart is void, in writes and in reads', () => {
  const pair = (a, b) => [sample(1, batches(...a)), sample(1, batches(...b))];
  assert.equal(flaw(pair([10, 10], [9, 9])), null);
  assert.equal(flaw(pair([10, 10], [8.9, 10])).kind, 'void');
  assert.match(flaw(pair([10, 10], [10, 8])).text, /10\.0 and 8\.0 messages per read/);
  const pushes = [9, 6].map((push) => sample(1, {batches: {push}}));
  assert.match(flaw(pushes).text, /9\.0 and 6\.0 pushes per write of the server/);
});

test('batches do not matter where they may differ or are not known', () => {
  assert.equal(flaw([sample(1, batches(1, 1)), sample(1, batches(9, 9))], true), null);
  assert.equal(flaw([sample(1, batches(1, 1)), sample(1)]), null);
  assert.equal(flaw([sample(1, batches(1, 2)), sample(1, {batches: {read: 2}})]), null);
});
