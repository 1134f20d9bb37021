// Runs the cluster of a peer, for the start.js of its folder: one process per server, started with
// the arguments that the peer's own master would give it (which is told not to), so that every one
// is a child of this process and ends with it, however that ends.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const {spawn} = require('child_process');

const usage = `usage: node start.js [--connectors N] [--protobuf] [--rpc-batch MS]

  --connectors N  1 (default) to 3 connectors
  --protobuf      connectors use the route dictionary and protobuf bodies (config/*Protos.json)
  --rpc-batch MS  messages between servers wait up to MS milliseconds to leave together; the
                  peer's own switch, off as it comes: less work for each, and later

Prints one line of JSON when the cluster is ready. Ends it when standard input closes or on SIGTERM.
`;

const patience = 30000;
const children = new Map();  // by server id

function fail(text, status = 1) {
  process.stderr.write(`${text}\n`);
  process.exit(status);
}

function parseArguments(words) {
  const options = {connectors: 1, protobuf: false, rpcBatch: ''};
  const rest = [...words];
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === '--protobuf') options.protobuf = true;
    else if (word === '--connectors' && /^[1-3]$/.test(rest[0])) {
      options.connectors = Number(rest.shift());
    } else if (word === '--rpc-batch' && /^[1-9]\d*$/.test(rest[0])) options.rpcBatch = rest.shift();
    else fail(usage, word === '--help' ? 0 : 2);
  }
  return options;
}

function versionOf(home, name) {
  const file = path.join(home, 'node_modules', name, 'package.json');
  if (!fs.existsSync(file)) {
    fail(`${name} is not installed: run "npm ci --ignore-scripts" in ${home} first`, 77);
  }
  return JSON.parse(fs.readFileSync(file, 'utf8')).version;
}

function readConfig(home, name) {
  return JSON.parse(fs.readFileSync(path.join(home, 'config', name), 'utf8')).production;
}

// The servers to start, each as the arguments of its process.
function serversOf(home, connectors) {
  return Object.entries(readConfig(home, 'servers.json')).flatMap(([serverType, servers]) => (
    servers.slice(0, serverType === 'connector' ? connectors : servers.length)
      .map((server) => ({...server, serverType}))));
}

function startProcess(peer, id, settings) {
  const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  const child = spawn(process.execPath, ['--no-deprecation', 'app.js', 'env=production', ...words], {
    cwd: peer.home,
    stdio: ['ignore', peer.log, peer.log, 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      BENCH_PROTOBUF: peer.options.protobuf ? '1' : '',
      BENCH_RPC_BATCH: peer.options.rpcBatch,
    },
  });
  child.on('error', (error) => failWithLog(peer, `cannot start ${id}: ${error.message}`));
  child.on('exit', () => { if (!peer.ending) failWithLog(peer, `${id} ended by itself`); });
  children.set(id, {child, known: undefined});
}

function failWithLog(peer, text) {
  peer.ending = true;
  const said = Buffer.alloc(16384);
  const length = fs.readSync(peer.log, said, 0, said.length, 0);
  fail(`${text}\n${said.toString('utf8', 0, length)}`);
}

// Each server tells (bench_server.js) that it runs and whom it knows: resolves when `enough` is true.
function waitUntil(peer, enough, what) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => failWithLog(peer, `${what} is not ready in time`), patience);
    const look = () => {
      if (!enough()) return;
      clearTimeout(timer);
      resolve();
    };
    for (const entry of children.values()) {
      entry.child.removeAllListeners('message');
      entry.child.on('message', ({known}) => {
        entry.known = known;
        look();
      });
    }
    look();
  });
}

function knowEachOther(ids) {
  return ids.every((id) => {
    const {known} = children.get(id);
    return known && ids.every((other) => known.includes(other));
  });
}

async function startCluster(peer) {
  const master = readConfig(peer.home, 'master.json');
  startProcess(peer, master.id, {mode: 'stand-alone'});
  await waitUntil(peer, () => children.get(master.id).known, master.id);
  const servers = serversOf(peer.home, peer.options.connectors);
  for (const server of servers) startProcess(peer, server.id, server);
  await waitUntil(peer, () => knowEachOther(servers.map(({id}) => id)), 'the cluster');
  return servers;
}

function describe(peer, servers) {
  const urls = (type) => servers.filter(({serverType}) => serverType === type)
    .map(({host, clientPort}) => `tcp://${host}:${clientPort}`);
  const pids = Object.fromEntries([...children].map(([id, {child}]) => [id, child.pid]));
  return {
    pids,
    urls: {gate: urls('gate')[0], connectors: urls('connector')},
    version: peer.version,
    node: process.version,
  };
}

// Whatever ends this process: the servers go first.
function endEverything(peer) {
  peer.ending = true;
  for (const {child} of children.values()) child.kill('SIGKILL');
}

// A file without a name, so that nothing is left of it, however this process ends.
function openLog(name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `bench-${name}-`));
  const log = fs.openSync(path.join(folder, 'output.log'), 'a+');
  fs.rmSync(folder, {recursive: true});
  return log;
}

async function runPeer(name, home) {
  const options = parseArguments(process.argv.slice(2));
  const version = versionOf(home, name);
  const peer = {home, options, version, log: openLog(name), ending: false};
  process.on('exit', () => endEverything(peer));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(0));
  process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();

  const servers = await startCluster(peer);
  process.stdout.write(`${JSON.stringify(describe(peer, servers))}\n`);
}

module.exports = {runPeer};
