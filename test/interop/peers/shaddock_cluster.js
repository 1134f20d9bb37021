// A cluster of the program chat_variants, with the configuration files of the Pomelo application.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const {startProcess, offsetPorts} = require('./cluster_process');

function start(program, variant, offset) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'interop-shaddock-'));
  const config = path.join(home, 'config');
  fs.cpSync(path.join(__dirname, '../pomelo/config'), config, {recursive: true});
  offsetPorts(config, offset);
  const command = [path.resolve(program), 'start', '--config', config];
  const environment = {INTEROP_VARIANT: variant};
  return startProcess({title: 'shaddock', command, home, offset, environment});
}

module.exports = {start};
