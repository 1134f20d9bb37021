// How the cost of a message grows, and what a crowd takes: tools/bench --scale.
'use strict';

const fs = require('fs');

const {load} = require('./load');
const {Pool, shown} = require('./rounds');
const {sampleOf, requests, measureRoom, talk, enter, routes, body, answer} = require('./rows');
const servers = require('./servers');
const {spread} = require('./statistics');
const {columns, page, withSpread} = require('./table');

const one = servers.shaddock('development');
const manyBackends = (count) => (count === 1 ? one : servers.shaddock(`backends_${count}`));
const rooms = servers.shaddock('rooms');
const six = servers.shaddock('six');

// ---- what one more of something costs: points of a curve, each measured at a server of its own

const asked = (options) => async (suite, running) =>
  sampleOf(await load(suite, 'request', running, options(running)));

const connections = [10, 100, 1000, 10000].flatMap((clients) => [10, 1].map((inflight) => ({
  curve: 'connections', label: `${shown(clients)} clients, ${inflight} in flight`, server: one,
  measure: asked((running) => ({...requests(running, 'routed', inflight, 'tcp'), clients})),
})));

const backends = [1, 2, 4, 8].map((count) => ({
  curve: 'backends', label: String(count), server: manyBackends(count),
  measure: asked((running) => ({
    ...requests(running, 'routed', 10, 'tcp'), clients: 128, login: enter, rooms: 64,
  })),
}));

const talking = [2, 10, 100, 1000, 5000].map((size) => {
  const clients = Math.max(100, size);
  const crowd = {clients, rooms: clients / size, senders: Math.min(10, size)};
  return {
    curve: 'rooms', label: `of ${shown(size)}`, server: rooms,
    measure: (suite, running) => measureRoom(suite, running, crowd),
  };
});

async function measurePoint(suite, pool, {curve, label, server, measure}) {
  await pool.prepare([server]);
  const samples = [];
  for (let i = 0; i < suite.options.rounds; ++i) samples.push(await measure(suite, pool.get(server)));
  return {
    curve, label, cost: spread(samples.map((sample) => 1e6 / sample.value)),
    batches: samples.at(-1).batches, samples,
  };
}

const heads = ['curve', 'point', 'us of CPU', 'for each', 'in one read or write'];

function pointCells({curve, label, cost, batches}) {
  return [curve, label, withSpread(cost, (us) => us.toFixed(2)),
    curve === 'rooms' ? 'push delivered' : 'routed request',
    (batches.push ?? batches.read).toFixed(1)];
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
      ...talk(running, {clients: i < 2 ? 16650 : 16700, rooms: i < 2 ? 333 : 334}),
      inflight: undefined, rate: 1000 / 3, 'source-addresses': 3,
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
  return ['', head, ...crowd.servers.map((server) =>
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

async function measureAll(suite, tell, failures) {
  const pool = new Pool(suite);
  const points = [];
  const found = [];
  for (const point of [...connections, ...backends, ...talking]) {
    const measured =
      await attempt(point.label, () => measurePoint(suite, pool, point), failures, tell);
    measured.forEach((one) => tell(`   ${pointCells(one).join('  ')}`));
    points.push(...measured);
  }
  for (const many of crowds) {
    const measured = await attempt(many.name, () => measureCrowd(suite, pool, many), failures, tell);
    measured.forEach((one) => tell(crowdLines(one).join('\n')));
    found.push(...measured);
  }
  await pool.prepare([]);
  return {points, crowds: found};
}

// Measures all, prints it, and answers the names of what failed.
async function run(suite, header, tell) {
  const failures = [];
  const found = await measureAll(suite, tell, failures);
  const [draw, fence] = suite.options.markdown ? [page, ['', '```']] : [columns, []];
  const lines = [header, '', draw([heads, ...found.points.map(pointCells)]),
    ...fence, ...found.crowds.flatMap(crowdLines), ...fence.slice(1)];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (suite.options.json) {
    fs.writeFileSync(suite.options.json, JSON.stringify({machine: header, ...found}, null, 1));
  }
  return failures;
}

module.exports = {run, mergeCrowd};
