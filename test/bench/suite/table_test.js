'use strict';

const assert = require('node:assert');
const {test} = require('node:test');

const {asList, asText, asMarkdown, asJson, notes} = require('./table');

const row = {
  name: 'routed_k10', title: 'routed request', unit: 'a CPU-second',
  sides: [{name: 'ours'}, {name: 'relay'}], target: {of: 'ratio', atLeast: 0.6},
};
const result = {
  row, verdict: 'pass',
  sides: [{median: 600000, min: 500000, max: 700000}, {median: 1e6, min: 9e5, max: 1.1e6}],
  ratio: {median: 0.6, min: 0.55, max: 0.66},
  clean: [[
    {value: 6, batches: {write: 9.94, read: 9.5},
      result: {seconds: 2, cpu_seconds: 2, load_cpu_seconds: 0.5}},
    {value: 10, batches: {write: 10, read: 10}},
  ]],
};
const failed = {
  row: {...row, name: 'idle_tcp', target: {of: 'value', atMost: 2048}, unit: 'bytes'},
  verdict: 'failed', why: 'it broke', sides: [], ratio: null, clean: [],
};

test('a line tells medians with their spread, the ratio, the target and the verdict', () => {
  const [, line] = asText([result]).split('\n');
  assert.match(line, /^routed request \[routed_k10\] +600,000 \(500,000 to 700,000\) a CPU-second/);
  assert.match(line, /relay 1,000,000 \(900,000 to 1,100,000\) +0\.60 \(0\.55 to 0\.66\) +>= 0\.6 +pass$/);
});

test('a row that failed has a line, too', () => {
  assert.match(asText([failed]).split('\n')[1], /idle_tcp.*<= 2,048 bytes +failed$/);
});

test('a single round has no spread', () => {
  const once = {...result, ratio: {median: 0.6, min: 0.6, max: 0.6}};
  assert.match(asText([once]), / 0\.60 +>=/);
});

test('columns stand under their heads', () => {
  const [head, ...lines] = asText([result, failed]).split('\n');
  for (const line of lines) assert.equal(line.indexOf('='), head.indexOf('target') + 1);
});

test('the page has the same cells', () => {
  const lines = asMarkdown([result, failed]).split('\n');
  assert.equal(lines.length, 4);
  assert.match(lines[2], /^\| routed request \[routed_k10\] \| 600,000 .* \| pass \|$/);
  for (const line of lines) assert.equal(line.split('|').length, lines[0].split('|').length);
});

test('notes tell what one of each costs, where a row wants it', () => {
  const each = {...result, row: {...row, each: 'login'}, clean: [[{value: 2500}, {value: 1e5}]]};
  assert.deepEqual(notes([each]), ['routed_k10: us of CPU for each login: ours 400, relay 10']);
  assert.deepEqual(notes([{...each, row}]), []);
});

test('notes tell batches, use of the cores, and why a row failed', () => {
  const all = notes([result, failed]);
  assert.ok(all.includes('routed_k10: messages per write of a client: ours 9.9, relay 10.0'));
  assert.ok(all.includes('routed_k10: messages per read of a client: ours 9.5, relay 10.0'));
  assert.ok(all.includes("routed_k10: a core's use by servers and load: ours 100 % and 25 %"));
  assert.ok(all.includes('idle_tcp: it broke'));
});

test('a load that was busier than the servers is told', () => {
  const busy = {value: 1, result: {seconds: 2, cpu_seconds: 1, load_cpu_seconds: 1.9}};
  const [text] = notes([{...result, clean: [[busy, {value: 1}]]}]);
  assert.equal(text, "routed_k10: a core's use by servers and load: " +
    'ours 50 % and 95 % (the load is the limit)');
});

test('a machine that is not quiet is told', () => {
  const disturbed =
    {value: 1, result: {seconds: 2, cpu_seconds: 1, load_cpu_seconds: 1, cpu_busy: 1.8}};
  const [text] = notes([{...result, clean: [[disturbed, {value: 1}]]}]);
  assert.match(text, /ours 50 % and 50 %, and other processes 40 % of the servers' core$/);
});

test('the list tells the rows with their targets', () => {
  assert.match(asList([row]), /^row .*\nrouted_k10  routed request  >= 0\.6$/);
});

test('the JSON has every round', () => {
  const read = JSON.parse(asJson({machine: 'this one'}, [result, failed]));
  assert.equal(read.machine, 'this one');
  assert.equal(read.rows[0].sides[1].name, 'relay');
  assert.equal(read.rows[0].rounds[0][1].value, 10);
  assert.equal(read.rows[1].verdict, 'failed');
});
