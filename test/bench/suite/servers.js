// The servers that are measured: ours, the bounds, and peers. A description says how to start one;
// started, it has
//
//   urls  {gate, connectors: [...]}, as tcp://host:port; url(transport) is the first connector's
//   pids  {name: pid} of all its processes
//   stop()
//
// and runs on the servers' core.
'use strict';

const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');

const {Child} = require('./children');

const bench = path.dirname(__dirname);
const config = path.join(bench, 'config');

// Of the servers that speak TLS; made anew for each run, named in servers.json.
const credentials = {
  certificate: path.join(bench, 'run/certificate.pem'), key: path.join(bench, 'run/key.pem'),
};

class Running {
  constructor(children, pids, urls) {
    this.children = children;
    this.pids = pids;
    this.urls = urls;
  }

  url(transport = 'tcp') {
    return this.urls.connectors[0].replace(/^\w+/, transport);
  }

  async stop() {
    for (const child of this.children) await child.stop();
  }
}

// ---- ours

// The client ports of an environment by server type: {connector: [23010]}.
function clientPorts(environment) {
  const servers = JSON.parse(fs.readFileSync(path.join(config, 'servers.json')))[environment];
  const portsOf = (entry) =>
    Array.from({length: entry.clusterCount || 1}, (_, i) => parseInt(entry.clientPort, 10) + i);
  return Object.fromEntries(Object.entries(servers)
    .filter(([, entries]) => entries[0].clientPort)
    .map(([type, entries]) => [type, entries.flatMap(portsOf)]));
}

function nameOf(pid, master) {
  if (pid === master) return 'master';
  const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return (words.find((word) => word.startsWith('id=')) || `id=${pid}`).slice(3);
}

const shaddock = (environment) => ({
  key: `shaddock ${environment}`,
  async start({programs, machine}) {
    const command = [programs.app, 'start', '--config', config, '--env', environment];
    const child = new Child(command, {core: machine.serverCore});
    await child.says(/^ready:/m);
    const pids = [child.pid, ...child.noteFamily()];
    const ports = clientPorts(environment);
    const urls = Object.fromEntries(Object.entries(ports)
      .map(([type, list]) => [type, list.map((port) => `tcp://127.0.0.1:${port}`)]));
    return new Running([child], Object.fromEntries(pids.map((pid) => [nameOf(pid, child.pid), pid])),
      {gate: urls.gate && urls.gate[0], connectors: urls.connector});
  },
});

// ---- bounds

async function startBound(program, args, {machine}) {
  const child = new Child([program, ...args.map(String)], {core: machine.serverCore});
  const [, port] = await child.says(/^(\d+)\n/);
  return {child, port: Number(port), url: `tcp://127.0.0.1:${port}`};
}

const relayLocal = {
  key: 'relay local',
  async start(suite) {
    const {child, url} = await startBound(suite.programs.relay, ['local', 0], suite);
    return new Running([child], {relay: child.pid}, {connectors: [url]});
  },
};

const relayRouted = {
  key: 'relay routed',
  async start(suite) {
    const back = await startBound(suite.programs.relay, ['back', 0], suite);
    const front = await startBound(suite.programs.relay, ['front', 0, back.port], suite);
    return new Running([front.child, back.child],
      {front: front.child.pid, back: back.child.pid}, {connectors: [front.url]});
  },
};

const canned = {
  key: 'canned',
  async start(suite) {
    const {child, url} = await startBound(suite.programs.canned, [0], suite);
    return new Running([child], {canned: child.pid}, {gate: url, connectors: [url]});
  },
};

const fan = (pushesPerWrite) => ({
  key: `fan ${pushesPerWrite}`,
  async start(suite) {
    const {child, url} = await startBound(suite.programs.fan, [0, pushesPerWrite.toFixed(3)], suite);
    return new Running([child], {fan: child.pid}, {connectors: [url]});
  },
});

// ---- peers

const peer = (name, connectors) => ({
  key: `${name} with ${connectors} connectors`,
  async start({machine}) {
    const script = path.join(bench, 'peers', name, 'start.js');
    const command = [process.execPath, script, '--connectors', String(connectors)];
    const child = new Child(command, {core: machine.serverCore, stdin: 'pipe'});
    const [line] = await child.says(/^\{.*\}$/m, 60000);
    child.noteFamily();
    const told = JSON.parse(line);
    const running = new Running([child], told.pids, told.urls);
    running.version = told.version;
    return running;
  },
});

// ---- the chat example, for how long a start takes

// A copy of its configuration with ports of ours. The folder is removed by the caller.
function chatFolder(repository) {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'shaddock-bench-'));
  const folder = path.join(base, 'config');
  fs.mkdirSync(folder);
  let port = 23900;
  const isPort = (key) => key === 'port' || key === 'clientPort';
  for (const name of fs.readdirSync(path.join(repository, 'config'))) {
    const text = fs.readFileSync(path.join(repository, 'config', name), 'utf8');
    const moved = JSON.parse(text, (key, value) => (isPort(key) ? port++ : value));
    fs.writeFileSync(path.join(folder, name), JSON.stringify(moved));
  }
  return base;
}

function chatPorts(base) {
  const servers = JSON.parse(fs.readFileSync(path.join(base, 'config/servers.json')));
  return Object.values(servers.development).flat()
    .map((entry) => entry.clientPort).filter((port) => port !== undefined);
}

// Ends when a client has shaken hands on that port.
function greet(port) {
  const body = Buffer.from('{"sys":{"type":"bench","version":"1"},"user":{}}');
  const header = Buffer.from([1, 0, 0, body.length]);
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(Buffer.concat([header, body])));
    socket.once('data', (bytes) => {
      socket.destroy();
      if (bytes.includes('"code":200')) resolve();
      else reject(new Error(`port ${port} refuses clients`));
    });
    socket.on('error', reject);
  });
}

// Milliseconds from the start of the program until it has answered a client on all of its ports.
async function timeOfStart(command, ports) {
  const start = process.hrtime.bigint();
  const child = new Child(command);
  try {
    await child.says(/^ready:/m);
    await Promise.all(ports.map(greet));
    return Number(process.hrtime.bigint() - start) / 1e6;
  } finally {
    await child.stop();
  }
}

module.exports = {
  bench, config, credentials, clientPorts, shaddock, relayLocal, relayRouted, canned, fan, peer,
  chatFolder, chatPorts, timeOfStart,
};
