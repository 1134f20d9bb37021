// A running cluster under test: its processes, its ports, its log, and the end of them all.
'use strict';

const fs = require('fs');
const path = require('path');
const {spawn} = require('child_process');

const ports = {gate: 3014, connector: 3050};
const patience = 5000;
const running = new Set();

// The configuration of both: pomelo/config, with the files that a variant has instead of its own.
function prepareConfig(config, variant, offset) {
  for (const folder of ['config', `variants/${variant}`]) {
    const from = path.join(__dirname, '../pomelo', folder);
    if (fs.existsSync(from)) fs.cpSync(from, config, {recursive: true});
  }
  offsetPorts(config, offset);
}

function offsetPorts(config, offset) {
  const isPort = (key) => key === 'port' || key === 'clientPort';
  for (const name of ['servers.json', 'master.json']) {
    const file = path.join(config, name);
    const moved = (key, value) => (isPort(key) ? value + offset : value);
    fs.writeFileSync(file, JSON.stringify(JSON.parse(fs.readFileSync(file, 'utf8'), moved)));
  }
}

// The command must end with its standard input: then it does not outlive this process, however that
// ends. It leads a group, so that nothing it starts is left behind. `home` is removed at the end.
function startProcess({title, variant, command, home, offset}) {
  const log = path.join(home, 'output.log');
  const output = fs.openSync(log, 'a');
  const child = spawn(command[0], command.slice(1), {
    cwd: home, detached: true, stdio: ['pipe', output, output],
    env: {...process.env, NODE_OPTIONS: '--no-deprecation', INTEROP_VARIANT: variant},
  });
  fs.closeSync(output);
  child.on('error', () => {});  // told by the missing pid
  if (child.pid === undefined) {
    fs.rmSync(home, {recursive: true});
    throw new Error(`cannot run ${command[0]}`);
  }
  const cluster = {
    title, variant, home, pid: child.pid,
    gatePort: ports.gate + offset, connectorPort: ports.connector + offset,
    ended: new Promise((resolve) => child.once('exit', resolve)),
    readLog: () => fs.readFileSync(log, 'utf8'),
    stop: () => stop(cluster, child),
  };
  running.add(cluster);
  return cluster;
}

async function stop(cluster, child) {
  if (!running.has(cluster)) return;
  child.stdin.end();
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, patience); });
  await Promise.race([cluster.ended, late]);
  clearTimeout(timer);
  end(cluster);
}

function end(cluster) {
  running.delete(cluster);
  try {
    process.kill(-cluster.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
  fs.rmSync(cluster.home, {recursive: true, force: true});
}

// Whatever ends this process ends the clusters.
process.on('exit', () => running.forEach(end));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

module.exports = {startProcess, prepareConfig};
