// Reckons from measured costs what so many players need: node reckon.js [OPTION VALUE]...
//
//   --costs FILE     what measure_costs.js wrote (costs.json beside this file)
//   --players N,...  online at once (1000000,10000000)
//   --requests R     that a player makes in a second, all to backends (0.5)
//   --pushes R       that a player hears in a second (2)
//   --room N         members of a room (100)
//   --together 1     all members of a room on one connector (0: dealt to all of them)
//   --session S      seconds that a player stays (1800)
//   --outage S       seconds in which all are to be back after an outage (300)
//   --transport T    tcp, websocket or tls (websocket); the memory only
//   --use SHARE      of a core that is to be used at most (0.5)
//   --nofile N       descriptors of a process, `ulimit -n` (65536); 80 % are for clients
//   --cores N        of a machine (32)
'use strict';

const fs = require('fs');
const path = require('path');

const options = {
  costs: path.join(__dirname, 'costs.json'), players: '1000000,10000000', requests: 0.5, pushes: 2,
  room: 100, together: 0, session: 1800, outage: 300, transport: 'websocket', use: 0.5, nofile: 65536, cores: 32,
};

function parse(words) {
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, '');
    if (!(name in options) || words[i + 1] === undefined) throw new Error(`what is ${words[i]}?`);
    options[name] = typeof options[name] === 'number' ? Number(words[i + 1]) : words[i + 1];
  }
}

function entry(table, pattern) {
  const found = Object.keys(table).find((key) => pattern.test(key));
  if (!found) throw new Error(`nothing measured for ${pattern}`);
  return table[found];
}

// Rooms were measured over 3 connectors. What a push costs depends on how many hear it on the same
// connector: members of a room are taken to be dealt to all of them, unless --together.
function costOfPush(costs, connectors) {
  const together = options.room / (options.together ? 1 : connectors);
  const sizes = Object.keys(costs.push).map((key) => Number(/\d+/.exec(key)[0])).sort((a, b) => b - a);
  const size = sizes.find((members) => members / 3 <= together) || sizes.at(-1);
  return entry(costs.push, new RegExp(`^rooms of ${size},`));
}

// What one player costs in microseconds a second of each kind of server, without the logins.
function costsOfPlaying(costs, connectors) {
  const request = entry(costs.request, /^10000 clients, 40000/).microseconds;
  const push = costOfPush(costs, connectors).microseconds;
  const idle = costs.tcp.connectorMicrosecondsPerSecond;
  const of = (kind) => options.requests * (request[kind] || 0) + options.pushes * (push[kind] || 0);
  return {gate: 0, connector: of('connector') + idle, backend: of('backend')};
}

const headers = 66; // Ethernet, IPv4 and TCP with timestamps, if each message travels alone

function trafficOf(costs, players) {
  const request = entry(costs.request, /^10000 clients, 40000/);
  const push = entry(costs.push, /^rooms of 100,/);
  const bytes = options.requests * (request.bytesToClients + headers)
    + options.pushes * (push.bytesToClients + headers);
  return {
    messages: players * (2 * options.requests + options.pushes),
    gigabits: players * bytes * 8 / 1e9,
  };
}

// With more connectors, fewer members of a room are on each: until the number stays.
function reckon(costs, players) {
  let found = reckonWith(costs, players, 1);
  for (let i = 0; i < 10; ++i) found = reckonWith(costs, players, found.servers.connector);
  return found;
}

function reckonWith(costs, players, connectors) {
  const playing = costsOfPlaying(costs, connectors);
  const login = costs.login.microseconds;
  const cores = (kind, loginsPerSecond, share) =>
    (players * playing[kind] + loginsPerSecond * login[kind]) / 1e6 / share;
  const everyDay = players / options.session;
  const back = players / options.outage;
  const {bytes, kernelBytesBothEnds} = costs[options.transport];

  const connections = Math.floor(0.8 * options.nofile);
  const servers = {};
  for (const kind of ['gate', 'connector', 'backend']) {
    servers[kind] = Math.ceil(Math.max(
      cores(kind, everyDay, options.use), cores(kind, back, 1),
      kind === 'connector' ? players / connections : 1));
  }
  const all = servers.gate + servers.connector + servers.backend;
  const gibi = (one) => players * one / 2 ** 30;
  return {
    players, servers, all, connections,
    cores: {
      connector: cores('connector', everyDay, 1), backend: cores('backend', everyDay, 1),
      gate: cores('gate', everyDay, 1),
    },
    outage: ['gate', 'connector', 'backend'].map((kind) => cores(kind, back, 1)
      - players * playing[kind] / 1e6),
    machines: Math.ceil(all / options.cores),
    clientsOfConnector: Math.round(players / servers.connector),
    loginsPerSecond: {everyDay, back},
    memory: {
      connector: gibi(bytes.connector), backend: gibi(bytes.backend || 0),
      kernel: gibi(kernelBytesBothEnds / 2),
    },
    traffic: trafficOf(costs, players),
    linksOfServer: all - 1,
    links: all * (all - 1) / 2,
    announcement: players * entry(costs.push, /^rooms of 1000,/).microseconds.connector / 1e6
      / servers.connector,
  };
}

const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en-US')
  : Number(value.toPrecision(3)).toString());

const rows = [
  ['players online', (r) => r.players],
  ['logins a second, on an ordinary day', (r) => r.loginsPerSecond.everyDay],
  ['logins a second, all back after an outage', (r) => r.loginsPerSecond.back],
  ['messages a second, from and to clients', (r) => r.traffic.messages],
  ['Gbit/s to clients', (r) => r.traffic.gigabits],
  ['cores busy: connectors', (r) => r.cores.connector],
  ['cores busy: backends', (r) => r.cores.backend],
  ['cores busy: gates', (r) => r.cores.gate],
  ['cores busy with logins after an outage', (r) => r.outage.reduce((a, b) => a + b)],
  ['servers: connectors', (r) => r.servers.connector],
  ['servers: backends', (r) => r.servers.backend],
  ['servers: gates', (r) => r.servers.gate],
  ['clients of a connector', (r) => r.clientsOfConnector],
  ['machines', (r) => r.machines],
  ['GiB: connectors, for connections', (r) => r.memory.connector],
  ['GiB: backends, for members of rooms', (r) => r.memory.backend],
  ['GiB: kernel, for sockets of clients', (r) => r.memory.kernel],
  ['links of a server, each to each', (r) => r.linksOfServer],
  ['links in all', (r) => r.links],
  ['seconds for a word to everybody', (r) => r.announcement],
];

function main() {
  parse(process.argv.slice(2));
  const costs = JSON.parse(fs.readFileSync(options.costs, 'utf8'));
  const found = options.players.split(',').map((players) => reckon(costs, Number(players)));
  console.log(`costs of ${costs.date}: ${costs.machine}`);
  for (const [title, of] of rows) {
    console.log(`| ${title} | ${found.map((one) => number(of(one))).join(' | ')} |`);
  }
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
