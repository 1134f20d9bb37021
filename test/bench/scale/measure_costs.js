// Measures what docs/scaling.md reckons with, at loads that are made of many players who each do
// little, and writes it as JSON:  node measure_costs.js FOLDER FILE [PART...]
//
// FOLDER holds the programs bench_app, relay and shaddock. Parts are request, relay (the same on a
// bare libuv relay), push, login, tcp, websocket and tls; without one, all. What FILE says of others
// stays. Servers run on one core, the load on another.
'use strict';

const fs = require('fs');
const path = require('path');
const {guardTheEnd, stopAll} = require('../suite/children');
const {load} = require('../suite/load');
const machine = require('../suite/machine');
const servers = require('../suite/servers');

const enter = 'connector.entryHandler.enter={"uid":"{client}","room":"{room}"}';
const query = 'gate.gateHandler.queryEntry={"uid":"{client}"}';
const say = 'backend.roomHandler.say={"from":{client},"n":{n},"msg":"012345678901234567890"}';
const echo = {
  route: 'backend.echoHandler.echo',
  body: '{"msg":"012345678901234567890"}',
  expect: '{"code":200,"msg":"012345678901234567890"}',
};

const round = (value, digits = 4) => Number(value.toPrecision(digits));
const kindOf = (name) => /gate|connector|backend|master|$/.exec(name)[0] || name;

// Of packages and what frames them, for each of what was counted.
const traffic = (result) => ({
  bytesFromClients: round(result.bytes_sent / result.count),
  bytesToClients: round(result.bytes_received / result.count),
});

// CPU microseconds by kind of server, for each of what was counted.
function costs({servers: processes, count}) {
  const sums = {};
  for (const {name, cpu_seconds: used} of processes) {
    sums[kindOf(name)] = (sums[kindOf(name)] || 0) + used;
  }
  return Object.fromEntries(
    Object.entries(sums).map(([kind, seconds]) => [kind, round(1e6 * seconds / count)]));
}

async function withServers(suite, server, use) {
  const running = await server.start(suite);
  try {
    return await use(running);
  } finally {
    await running.stop();
  }
}

const requests = (server) => (suite) => withServers(suite, server, async (running) => {
  const found = {};
  for (const [clients, rate] of [[100, 10000], [10000, 10000], [10000, 40000]]) {
    const result = await load(suite, 'request', running,
      {url: running.url(), clients, rate, ...echo});
    found[`${clients} clients, ${rate} a second`] = {
      microseconds: costs(result), ...traffic(result), p99_us: round(result.latency_us.p99),
      loadBusy: round(result.load_cpu_seconds / result.seconds, 2), stolen: result.stolen,
    };
  }
  return found;
});

const rooms = (suite) => withServers(suite, servers.shaddock('rooms'), async (running) => {
  const found = {};
  const talk = [[3, 3000, 15000], [10, 3000, 5000], [100, 3000, 500], [1000, 3000, 50]];
  for (const [members, clients, rate] of talk) {
    const result = await load(suite, 'room', running, {
      url: running.urls.connectors.join(), clients, rooms: clients / members, rate, login: enter,
      say, push: 'onSay',
    });
    found[`rooms of ${members}, ${rate} messages a second`] = {
      microseconds: costs(result), ...traffic(result), p99_us: round(result.latency_us.p99),
      loadBusy: round(result.load_cpu_seconds / result.seconds, 2), stolen: result.stolen,
    };
  }
  return found;
});

const logins = (suite) => withServers(suite, servers.shaddock('rooms'), async (running) => {
  const result = await load(suite, 'storm', running, {
    gate: running.urls.gate, query, url: running.urls.connectors.join(), clients: 50, rooms: 30,
    login: enter,
  });
  return {microseconds: costs(result), ...traffic(result), perSecond: round(result.per_second), stolen: result.stolen};
});

// Pages and slabs that the kernel holds for sockets, both ends of each connection.
function kernelBytes() {
  const pages = /TCP: .* mem (\d+)/.exec(fs.readFileSync('/proc/net/sockstat', 'utf8'))[1];
  const slab = /Slab:\s+(\d+)/.exec(fs.readFileSync('/proc/meminfo', 'utf8'))[1];
  return {buffers: Number(pages) * 4096, slab: Number(slab) * 1024};
}

function idle(suite, environment, transport, clients) {
  return withServers(suite, servers.shaddock(environment), async (running) => {
    const before = kernelBytes();
    let held = before;
    const watch = setInterval(() => {
      const now = kernelBytes();
      if (now.slab > held.slab) held = now;
    }, 500);
    const result = await load(suite, 'idle', running,
      {url: running.url(transport), clients, rooms: 100, login: enter, seconds: 30});
    clearInterval(watch);
    const used = costs(result).connector;
    return {
      connections: clients,
      bytes: Object.fromEntries(result.servers
        .filter(({bytes_per_connection: bytes}) => bytes !== undefined)
        .map(({name, bytes_per_connection: bytes}) => [kindOf(name), Math.round(bytes)])),
      kernelBytesBothEnds: Math.round((held.slab - before.slab) / clients),
      bufferBytesBothEnds: Math.round((held.buffers - before.buffers) / clients),
      connectorMicrosecondsPerSecond: round(used / result.seconds),
      stolen: result.stolen,
    };
  });
}

const parts = {
  request: requests(servers.shaddock('development')),
  relay: requests(servers.relayRouted),
  push: rooms,
  login: logins,
  tcp: (suite) => idle(suite, 'idle', 'tcp', 15000),
  websocket: (suite) => idle(suite, 'idle', 'ws', 15000),
  tls: (suite) => idle(suite, 'idle_tls', 'tls', 5000),
};

async function main([folder, file, ...chosen]) {
  if (file === undefined || !chosen.every((part) => part in parts)) {
    throw new Error(`usage: measure_costs.js FOLDER FILE [${Object.keys(parts).join('|')}...]`);
  }
  const suite = {
    machine: machine.choose(),
    programs: {
      app: path.resolve(folder, 'bench_app'),
      relay: path.resolve(folder, 'relay'),
      load: path.resolve(folder, 'shaddock'),
    },
    options: {seconds: 5, warmup: 1},
  };
  const result = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  result.machine = machine.describe(suite.machine);
  result.date = new Date().toISOString().slice(0, 10);
  for (const part of chosen.length > 0 ? chosen : Object.keys(parts)) {
    result[part] = await parts[part](suite);
    fs.writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  }
}

guardTheEnd();
main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
}).finally(stopAll);
