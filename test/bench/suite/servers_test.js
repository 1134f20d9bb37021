'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const {test} = require('node:test');

const {allRows, peerNames} = require('./rows');
const {mergeCrowd} = require('./scale');
const {clientPorts, config, chatFolder, chatPorts} = require('./servers');

const read = (name) => JSON.parse(fs.readFileSync(path.join(config, name)));

// Every port of an entry, also those that count up.
const portsOf = (entry) => ['port', 'clientPort'].filter((key) => entry[key] !== undefined)
  .flatMap((key) => Array.from({length: entry.clusterCount || 1},
    (_, i) => parseInt(entry[key], 10) + i));

test('client ports count up with a cluster', () => {
  assert.deepEqual(clientPorts('rooms'), {gate: [23300], connector: [23321, 23322, 23323]});
});

test('all environments can run at once, on ports of the suite', () => {
  const servers = Object.values(read('servers.json')).flatMap((types) => Object.values(types).flat());
  const ports = [...servers, ...Object.values(read('master.json'))].flatMap(portsOf);
  assert.equal(new Set(ports).size, ports.length);
  for (const port of ports) assert.ok(port >= 23000 && port < 23900, String(port));
});

test('each environment has a master', () => {
  assert.deepEqual(Object.keys(read('master.json')), Object.keys(read('servers.json')));
});

test('the chat is started from a copy of its configuration with other ports', () => {
  const base = chatFolder(path.resolve(__dirname, '../../..'));
  try {
    const ports = chatPorts(base);
    assert.equal(ports.length, 4);
    for (const port of ports) assert.ok(port >= 23900 && port < 24000, String(port));
  } finally {
    fs.rmSync(base, {recursive: true});
  }
});

test('rows have names of their own, and what is judged has sides to judge', () => {
  const rows = allRows(peerNames);
  assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
  for (const {name, sides, target} of rows) {
    if (target && target.of === 'ratio') assert.equal(sides.length, 2, name);
  }
});

test('a crowd of several load processes is one crowd', () => {
  const result = (clients, servers) => ({
    clients, per_second: clients / 10, seconds: 2, load_cpu_seconds: 1, latency_us: {p99: clients},
    servers,
  });
  const crowd = mergeCrowd([result(100, []), result(200, [{name: 'a', cpu_seconds: 1}])]);
  assert.equal(crowd.clients, 300);
  assert.equal(crowd.perSecond, 30);
  assert.equal(crowd.p99, 200);
  assert.equal(crowd.loadCores, 1);
  assert.equal(crowd.servers[0].cores, 0.5);
});
