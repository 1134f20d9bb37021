// Starts a peer, plays what the bench suite asks of every application, and sees the cluster end:
// peer_test.js pomelo|pinus. Exit status 77: the npm packages are missing.
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const {spawn} = require('child_process');

const skipped = 77;
const text = '012345678901234567890';
const peer = process.argv[2];
const clients = path.join(__dirname, '../../interop');

for (const folder of [path.join(__dirname, peer), clients]) {
  if (fs.existsSync(path.join(folder, 'node_modules'))) continue;
  console.log(`no npm packages in ${folder}: run tools/setup test`);
  process.exit(skipped);
}

const {connect} = require(path.join(clients, 'clients/raw_tcp_client'));

async function start(...options) {
  const command = [path.join(__dirname, peer, 'start.js'), ...options];
  const child = spawn(process.execPath, command, {stdio: ['pipe', 'pipe', 'inherit']});
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise((resolve, reject) => {
    readline.createInterface(child.stdout).once('line', resolve);
    ended.then(() => reject(new Error(`${peer} did not start`)));
  });
  return {child, ended, ...JSON.parse(line)};
}

async function connectTo(url, pushes) {
  const {hostname, port} = new URL(url);
  return connect(hostname, Number(port), (route, body) => pushes.push({route, body}));
}

async function until(condition, what) {
  for (let tries = 0; !condition(); tries++) {
    assert(tries < 500, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function playEcho({urls}) {
  const client = await connectTo(urls.connectors[0], []);
  for (const type of ['connector', 'backend']) {
    const answer = await client.request(`${type}.echoHandler.echo`, {msg: text});
    assert.deepStrictEqual({...answer}, {code: 200, msg: text});
  }
  client.close();
}

async function playEntry({urls}) {
  const gate = await connectTo(urls.gate, []);
  const places = new Set();
  for (let uid = 0; uid < 20; uid++) {
    const entry = await gate.request('gate.gateHandler.queryEntry', {uid: `${uid}`});
    assert.strictEqual(entry.code, 200);
    places.add(`tcp://${entry.host}:${entry.port}`);
  }
  gate.close();
  assert.deepStrictEqual([...places].sort(), urls.connectors);
}

async function enter(url, uid, room) {
  const pushes = [];
  const client = await connectTo(url, pushes);
  const answer = await client.request('connector.entryHandler.enter', {uid, room});
  assert.deepStrictEqual(answer, {code: 200});
  return {client, pushes};
}

// Members on different connectors hear what one of them says, once; another room does not, and who
// left is no longer a member.
async function playRoom({urls: {connectors}}) {
  const near = await enter(connectors[0], '1', 'a');
  const far = await enter(connectors[1], '2', 'a');
  const stranger = await enter(connectors[2], '3', 'b');
  const say = async (from, n) => {
    const answer = await near.client.request('backend.roomHandler.say', {from, n, msg: text});
    assert.deepStrictEqual(answer, {code: 200});
  };
  for (const n of [1, 2]) await say(1, n);
  const heard = [1, 2].map((n) => ({route: 'onSay', body: {from: 1, n, msg: text}}));
  await until(() => far.pushes.length + near.pushes.length >= 4, 'members hear what is said');
  for (const {pushes} of [near, far]) {
    assert.deepStrictEqual(pushes.map(({route, body}) => ({route, body: {...body}})), heard);
  }
  assert.strictEqual(stranger.pushes.length, 0);

  far.client.close();
  await say(1, 3);
  await until(() => near.pushes.length === 3, 'who stays hears on');
  near.client.close();
  stranger.client.close();
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function seeEnd(cluster, end) {
  end(cluster.child);
  await cluster.ended;
  const pids = Object.values(cluster.pids);
  await until(() => !pids.some(isRunning), 'no server outlives the start script');
}

async function main() {
  const three = await start('--connectors', '3');
  assert.strictEqual(Object.keys(three.pids).length, 6);
  await playEcho(three);
  await playEntry(three);
  await playRoom(three);
  await seeEnd(three, (child) => child.stdin.end());

  const one = await start('--protobuf', '--rpc-batch', '5');
  assert.strictEqual(one.urls.connectors.length, 1);
  await playEcho(one);
  await seeEnd(one, (child) => child.kill('SIGTERM'));

  const killed = await start();
  await seeEnd(killed, (child) => child.kill('SIGKILL'));
  console.log(`${peer} ${three.version} on Node ${three.node}: all well`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
