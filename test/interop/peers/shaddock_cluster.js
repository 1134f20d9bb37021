// A cluster of the program chat_variants, with the configuration files of the Pomelo application.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const {startProcess, prepareConfig} = require('./cluster_process');

const untilInputEnds = ['bash', '-c', '"$@" & cat >/dev/null; kill "$!"; wait', 'bash'];

// udpPort: where the connector listens besides, to which the offset is added.
function start(program, variant, offset, {udpPort} = {}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'interop-shaddock-'));
  const config = path.join(home, 'config');
  prepareConfig(config, variant, offset);
  if (udpPort) listenOverUdp(path.join(config, 'servers.json'), udpPort + offset);
  const command = [...untilInputEnds, path.resolve(program), 'start', '--config', config];
  const cluster = startProcess({title: 'shaddock', variant, command, home, offset});
  return Object.assign(cluster, {udpPort: udpPort + offset});
}

function listenOverUdp(file, port) {
  const servers = JSON.parse(fs.readFileSync(file, 'utf8'));
  servers.development.connector[0].listeners = [{transport: 'udp', port, host: '127.0.0.1'}];
  fs.writeFileSync(file, JSON.stringify(servers));
}

module.exports = {start};
