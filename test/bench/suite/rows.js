// What is measured: one row each. A row is
//
//   name, title, unit   of its first side's value
//   sides               what is measured in turn in each round; the first is what is judged. A side
//                       has a name and measure(context, earlier): one sample, given those of the
//                       sides before it in the same round
//   needs               descriptions of servers (servers.js) that stay up from round to round
//   target              {of: 'ratio' | 'value', atLeast | atMost}; without one it is only printed
//   warmUp              the first round does not count: a peer compiles while it runs
//   each                what one of the unit is: its cost is told below the table, for each side
//   batchesMayDiffer    where batches are a peer's own affair, or there are none
'use strict';

const {Child} = require('./children');
const {load} = require('./load');
const {watchStolen, watchWrites} = require('./machine');
const servers = require('./servers');

const body = '{"msg":"012345678901234567890"}';
const answer = '{"code":200,"msg":"012345678901234567890"}';
const routes = {routed: 'backend.echoHandler.echo', local: 'connector.echoHandler.echo'};
const enter = 'connector.entryHandler.enter={"uid":"{client}","room":"{room}"}';
const query = 'gate.gateHandler.queryEntry={"uid":"{client}"}';
const say = 'backend.roomHandler.say={"from":{client},"n":{n},"msg":"012345678901234567890"}';

const perCpu = 'a CPU-second';

// What a run of the load becomes: a sample.
const sampleOf = (result) => ({
  value: result.per_cpu_second,
  batches: {write: result.messages_per_write, read: result.messages_per_read},
  stolen: result.stolen,
  result,
});

// ---- requests

function requests(running, hops, inflight, transport) {
  return {
    url: running.url(transport), clients: 100, inflight, route: routes[hops], body, expect: answer,
  };
}

// A side that asks this server.
const asked = (name, server, hops, inflight, transport) => ({
  name,
  async measure({suite, running}) {
    const target = running(server);
    return sampleOf(await load(suite, 'request', target,
      requests(target, hops, inflight, transport)));
  },
});

function requestRow(name, title, ours, other, hops, inflight, target) {
  return {
    name, title, unit: perCpu, target,
    needs: [ours.server, other.server],
    sides: [ours, other].map(({label, server, transport}) =>
      asked(label, server, hops, inflight, transport)),
  };
}

const json = {label: 'ours', server: servers.shaddock('development'), transport: 'tcp'};
const tcp = {...json, label: 'our TCP'};
const websocket = {...json, label: 'our WebSocket', transport: 'ws'};
const protobuf = {label: 'our protobuf', server: servers.shaddock('protobuf'), transport: 'tcp'};
const tls = {label: 'our TLS', server: servers.shaddock('tls'), transport: 'tls'};
const bound = {
  routed: {label: 'relay', server: servers.relayRouted},
  local: {label: 'relay', server: servers.relayLocal},
};
const atLeast = (ratio) => ({of: 'ratio', atLeast: ratio});

const requestRows = [
  requestRow('routed_k10', 'routed request, 10 in flight', json, bound.routed, 'routed', 10,
    atLeast(0.6)),
  requestRow('routed_k1', 'routed request, 1 in flight', json, bound.routed, 'routed', 1,
    atLeast(0.75)),
  requestRow('local_k10', 'local request, 10 in flight', json, bound.local, 'local', 10,
    atLeast(0.6)),
  requestRow('websocket_routed_k10', 'routed over WebSocket, 10 in flight', websocket, tcp,
    'routed', 10, atLeast(0.85)),
  requestRow('websocket_routed_k1', 'routed over WebSocket, 1 in flight', websocket, tcp,
    'routed', 1, atLeast(0.85)),
  requestRow('websocket_local_k10', 'local over WebSocket, 10 in flight', websocket, tcp,
    'local', 10, atLeast(0.85)),
  requestRow('websocket_relay_k10', 'routed over WebSocket, 10 in flight, beside its bound',
    websocket, {...bound.routed, label: 'WebSocket relay', transport: 'ws'}, 'routed', 10),
  requestRow('protobuf_routed_k10', 'routed with protobuf, 10 in flight', protobuf, bound.routed,
    'routed', 10),
  requestRow('protobuf_local_k10', 'local with protobuf, 10 in flight', protobuf, bound.local,
    'local', 10),
  requestRow('tls_routed_k10', 'routed over TLS, 10 in flight', tls, tcp, 'routed', 10),
  requestRow('tls_local_k10', 'local over TLS, 10 in flight', tls, tcp, 'local', 10),
];

// ---- rooms

const crowds = {
  10: {clients: 100, rooms: 10, senders: 10},
  100: {clients: 100, rooms: 1, senders: 10},
  1000: {clients: 1000, rooms: 1, senders: 10},
};

const talk = (running, crowd) => ({
  url: running.urls.connectors.join(','), inflight: 1, login: enter, say, push: 'onSay',
  notify: true, ...crowd,
});

// How many pushes a server puts into one write is what it costs: it is counted where it happens,
// and instead of the batches that a client sees.
async function measureRoom(suite, target, crowd) {
  const writers = Object.entries(target.pids).filter(([name]) => !/master|gate|backend/.test(name));
  const watch = watchWrites(writers.map(([, pid]) => pid));
  try {
    const result = await load(suite, 'room', target, talk(target, crowd));
    const writes = watch.rate(0.8 * suite.options.seconds);
    return {...sampleOf(result), batches: {push: writes > 0 ? result.per_second / writes : 0}};
  } finally {
    watch.stop();
  }
}

function ourRoom(name, server, size) {
  return {name, measure: ({suite, running}) => measureRoom(suite, running(server), crowds[size])};
}

// Writes as many pushes at a time as ours did in this round.
const fanSide = (size) => ({
  name: 'libuv',
  async measure({suite, fresh}, [ours]) {
    const pushes = Math.max(1, ours.batches.push);
    return measureRoom(suite, await fresh(servers.fan(pushes)), crowds[size]);
  },
});

const rooms = servers.shaddock('rooms');
const roomRow = (size, target) => ({
  name: `room_${size}`, title: `pushes to rooms of ${size}, 3 connectors`, unit: perCpu,
  target, needs: [rooms],
  sides: [ourRoom('ours', rooms, size), fanSide(size)],
});

// ---- logins

const storm = (name, server) => ({
  name,
  async measure({suite, running}) {
    const target = running(server);
    return sampleOf(await load(suite, 'storm', target, {
      gate: target.urls.gate, url: target.urls.connectors.join(','), query, login: enter,
      clients: 50, rooms: 10,
    }));
  },
});

const loginRow = {
  name: 'logins', title: 'logins: gate, connector, bind, join a room', unit: perCpu,
  target: atLeast(0.5), needs: [rooms, servers.canned], batchesMayDiffer: true,
  sides: [storm('ours', rooms), storm('libuv', servers.canned)],
};

// ---- connections over TLS

// Each connects, makes a whole handshake (no client of the load brings a ticket), shakes Pomelo's
// hands and closes. Nothing else is asked, so that TLS is what is seen.
const tlsStorm = {
  name: 'ours',
  async measure({suite, running}) {
    const target = running(tls.server);
    return sampleOf(await load(suite, 'storm', target, {url: target.url('tls'), clients: 50}));
  },
};

// What OpenSSL alone takes for the server's half of those handshakes.
const bareHandshakes = {
  name: 'OpenSSL',
  async measure({suite}) {
    const {certificate, key} = servers.credentials;
    const {machine, options, programs} = suite;
    const stolen = watchStolen([machine.serverCore]);
    const child = new Child([programs.handshakes, certificate, key, String(options.seconds)],
      {core: machine.serverCore});
    const [, value] = await child.says(/^([\d.]+)\n/, 1000 * options.seconds + 15000);
    return {value: Number(value), stolen: stolen()};
  },
};

const handshakeRow = {
  name: 'tls_handshakes', unit: perCpu, each: 'handshake',
  title: 'TLS connections: whole handshake of both protocols, close',
  needs: [tls.server], batchesMayDiffer: true, sides: [tlsStorm, bareHandshakes],
};

// ---- idle connections

function idleSide(name, server, transport, clients) {
  return {
    name,
    async measure({suite, fresh}) {
      const target = await fresh(server);
      const result = await load(suite, 'idle', target, {
        url: target.url(transport), clients: suite.options.smoke ? 100 : clients, login: enter,
        warmup: 0, seconds: Math.min(1, suite.options.seconds),
      });
      const memory = Object.fromEntries(
        result.servers.map((one) => [one.name, one.bytes_per_connection]));
      return {
        value: Object.values(memory).reduce((sum, bytes) => sum + bytes, 0), memory,
        stolen: 0, result,
      };
    },
  };
}

const idleRow = (name, title, environment, transport, {clients = 15000, atMost} = {}) => ({
  name, unit: 'bytes a connection', target: atMost && {of: 'value', atMost}, needs: [],
  title: `idle ${title}, ${clients.toLocaleString('en')} logged in`, batchesMayDiffer: true,
  sides: [
    idleSide('ours', servers.shaddock(environment), transport, clients),
    ...(transport === 'tcp' ? [idleSide('libuv', servers.canned, transport, clients)] : []),
  ],
});

// ---- start

const startRow = (name, title, atMost, startOf) => ({
  name, title, unit: 'ms', target: {of: 'value', atMost}, needs: [], batchesMayDiffer: true,
  sides: [{
    name: 'ours',
    async measure({suite}) {
      const stolen = watchStolen(suite.machine.cores);
      return {value: await startOf(suite), stolen: stolen()};
    },
  }],
});

const startRows = [
  startRow('start_chat', 'start of the chat cluster, 7 servers and master', 300, (suite) =>
    servers.timeOfStart([suite.programs.chat, 'start', '--config', `${suite.chatFolder()}/config`],
      servers.chatPorts(suite.chatFolder()))),
  startRow('start_connector', 'start of one connector and master', 30, (suite) =>
    servers.timeOfStart(
      [suite.programs.app, 'start', '--config', servers.config, '--env', 'alone'],
      servers.clientPorts('alone').connector)),
];

// ---- latency

// Both at half of what ours can do, which is found in a window before the rounds. In an open loop
// messages come one by one, so that is what 1 in flight reaches: 10 come in one read, for less.
function latencySides(ours, other) {
  let rate;
  const window = (suite) => (suite.options.smoke ? suite.options.seconds : 2);
  const side = ({label, server}) => ({
    name: label,
    async measure({suite, running}) {
      rate ??= await halfOfCapacity(suite, running(ours.server));
      const target = running(server);
      const result = await load(suite, 'request', target, {
        ...requests(target, 'routed', undefined, 'tcp'), rate, warmup: 0.5, seconds: window(suite),
      });
      return {value: result.latency_us.p99, stolen: result.stolen, rate, result};
    },
  });
  return [side(ours), side(other)];
}

async function halfOfCapacity(suite, running) {
  const result = await load(suite, 'request', running, requests(running, 'routed', 1, 'tcp'));
  return Math.round(result.per_cpu_second / 2);
}

const latencyRow = {
  name: 'latency', title: 'p99 of routed requests, open loop at half of our capacity', unit: 'us',
  target: {of: 'ratio', atMost: 3}, needs: [json.server, servers.relayRouted],
  batchesMayDiffer: true, sides: latencySides(json, bound.routed),
};

// ---- peers

function peerRows(name, ratios) {
  const one = {label: name, server: servers.peer(name, 1), transport: 'tcp'};
  const three = servers.peer(name, 3);
  const besidePeer = (row) => ({
    ...row, name: `${name}_${row.name}`, batchesMayDiffer: true, warmUp: true,
  });
  const asks = (label, title, hops, inflight, target) =>
    besidePeer(requestRow(label, title, json, one, hops, inflight, target));
  return [
    asks('routed_k10', 'routed request, 10 in flight', 'routed', 10, atLeast(ratios.routed)),
    asks('routed_k1', 'routed request, 1 in flight', 'routed', 1),
    asks('local_k10', 'local request, 10 in flight', 'local', 10),
    besidePeer({
      ...roomRow(100), needs: [rooms, three],
      sides: [ourRoom('ours', rooms, 100), ourRoom(name, three, 100)],
    }),
    besidePeer({
      ...loginRow, needs: [rooms, three], target: atLeast(ratios.logins),
      sides: [storm('ours', rooms), storm(name, three)],
    }),
  ];
}

const peers = {pomelo: {routed: 60, logins: 5}, pinus: {routed: 40, logins: 5}};

const ownRows = [
  ...requestRows,
  roomRow(10), roomRow(100, atLeast(0.6)), roomRow(1000, atLeast(0.6)),
  loginRow,
  handshakeRow,
  idleRow('idle_tcp', 'over TCP', 'idle', 'tcp', {atMost: 2048}),
  idleRow('idle_websocket', 'over WebSocket', 'idle', 'ws', {atMost: 3072}),
  idleRow('idle_tls', 'over TLS', 'idle_tls', 'tls', {clients: 5000}),
  ...startRows,
  latencyRow,
];

// The rows of this suite, and those beside the named peers.
function allRows(compared) {
  return [...ownRows, ...compared.flatMap((name) => peerRows(name, peers[name]))];
}

module.exports = {
  allRows, peerNames: Object.keys(peers), sampleOf, requests, measureRoom, talk, enter, body, answer,
  routes,
};
