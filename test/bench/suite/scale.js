// How the cost of a message grows, and what a crowd takes: tools/bench --scale.
'use strict';

const fs = require('fs');

const {load} = require('./load');
const {Pool, shown} = require('./rounds');
const {requests, enter, say, routes, body, answer} = require('./rows');
const servers = require('./servers');
const {spread} = require('./statistics');

const one = servers.shaddock('development');
const manyBackends = (count) => (count === 1 ? one : servers.shaddock(`backends_${count}`));
const rooms = servers.shaddock('rooms');
const six = servers.shaddock('six');

// ---- what one more of something costs: points of a curve, each a server and a run of the load

const connections = [10, 100, 1000, 10000].flatMap((clients) => [10, 1].map((inflight) => ({
  curve: 'connections', label: `${shown(clients)} clients, ${inflight} in flight`, server: one,
  script: 'request',
  options: (running) => ({...requests(running, 'routed', inflight, 'tcp'), clients}),
})));

const backends = [1, 2, 4, 8].map((count) => ({
  curve: 'backends', label: `${count} backends`, server: manyBackends(count), script: 'request',
  options: (running) => ({
    ...requests(running, 'routed', 10, 'tcp'), clients: 128, login: enter, rooms: 64,
  }),
}));

const crowd = [2, 10, 100, 1000, 5000].map((size) => {
  const clients = Math.max(100, size);
  return {
    curve: 'rooms', label: `rooms of ${shown(size)}`, server: rooms, script: 'room',
    options: (running) => ({
      url: running.urls.connectors.join(','), clients, rooms: clients / size,
      senders: Math.min(10, size), inflight: 1, login: enter, say, push: 'onSay',
      notify: true,
    }),
  };
});

async function measurePoint(suite, pool, point) {
  await pool.prepare([point.server]);
  const running = pool.get(point.server);
  const results = [];
  for (let i = 0; i < suite.options.rounds; ++i) {
    results.push(await load(suite, point.script, running, point.options(running)));
  }
  const costs = results.map((result) => 1e6 / result.per_cpu_second);
  return {curve: point.curve, label: point.label, cost: spread(costs), results};
}

const unitOf = {
  connections: 'us of CPU a routed request', backends: 'us of CPU a routed request',
  rooms: 'us of CPU a push delivered',
};

function pointLine({curve, label, cost}) {
  const [middle, least, most] = [cost.median, cost.min, cost.max].map((us) => us.toFixed(2));
  return [curve, label, `${middle} (${least} to ${most})`, unitOf[curve]];
}

// ---- crowds: many players at the pace of a game, from as many load processes as they need

const crowds = [
  {
    name: '10,000 on one connector, each asking once a second', server: one, script: 'request',
    loads: [(running) => ({
      url: running.url(), clients: 10000, rate: 10000, route: routes.routed, body, expect: answer,
      login: enter, rooms: 200,
    })],
  },
  {
    name: '50,000 on six connectors, in 1,000 rooms of 50 across them, 1,000 messages a second',
    server: six, script: 'room',
    // Each process has uids and rooms of its own, and the three share three addresses to come from.
    loads: ['a', 'b', 'c'].map((mark, i) => (running) => ({
      url: running.urls.connectors.join(','), clients: i < 2 ? 16650 : 16700, rooms: i < 2 ? 333 : 334,
      rate: 333, say, push: 'onSay', notify: true, 'source-addresses': 3,
      login: enter.replace('{client}', `${mark}{client}`).replace('{room}', `${mark}{room}`),
    })),
  },
];

const sum = (list) => list.reduce((total, value) => total + value, 0);

// Windows of several processes are those of the last one, who had the most to wait for.
function mergeCrowd(results) {
  const last = results.at(-1);
  return {
    clients: sum(results.map((result) => result.clients)),
    perSecond: sum(results.map((result) => result.per_second)),
    p99: Math.max(...results.map((result) => result.latency_us.p99)),
    loadCores: sum(results.map((result) => result.load_cpu_seconds / result.seconds)),
    servers: last.servers.map((server) => ({...server, cores: server.cpu_seconds / last.seconds})),
  };
}

async function measureCrowd(suite, pool, {name, server, script, loads}) {
  await pool.prepare([]); // a crowd finds its servers as they start
  await pool.prepare([server]);
  const running = pool.get(server);
  const window = {warmup: 3, seconds: Math.max(5, suite.options.seconds)};
  const results = await Promise.all(
    loads.map((options) => load(suite, script, running, {...window, ...options(running)})));
  return {name, ...mergeCrowd(results)};
}

const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function crowdLines(crowd) {
  const head = `${crowd.name}: ${shown(crowd.perSecond)} a second, p99 ${shown(crowd.p99)} us, ` +
    `load ${crowd.loadCores.toFixed(2)} cores`;
  return [head, ...crowd.servers.map((server) =>
    `  ${server.name.padEnd(28)} ${(100 * server.cores).toFixed(1).padStart(6)} % of a core  ` +
    `${mebibytes(server.rss_bytes).padStart(10)} resident`)];
}

// ---- the whole

async function attempt(what, measure, failures, tell) {
  try {
    return [await measure()];
  } catch (error) {
    failures.push(what);
    tell(`   ${what} failed: ${error.message}`);
    return [];
  }
}

// Measures all, prints it, and answers the names of what failed.
async function run(suite, header, tell) {
  const pool = new Pool(suite);
  const failures = [];
  const points = [];
  for (const point of [...connections, ...backends, ...crowd]) {
    points.push(...await attempt(point.label, () => measurePoint(suite, pool, point), failures, tell));
    if (points.length > 0) tell(`   ${pointLine(points.at(-1)).join('  ')}`);
  }
  const found = [];
  for (const many of crowds) {
    found.push(...await attempt(many.name, () => measureCrowd(suite, pool, many), failures, tell));
  }
  await pool.prepare([]);
  const lines = [...points.map((point) => pointLine(point).join('  ')), '', ...found.flatMap(crowdLines)];
  process.stdout.write(`${header}\n\n${lines.join('\n')}\n`);
  if (suite.options.json) {
    fs.writeFileSync(suite.options.json, JSON.stringify({machine: header, points, crowds: found}, null, 1));
  }
  return failures;
}

module.exports = {run, mergeCrowd};
