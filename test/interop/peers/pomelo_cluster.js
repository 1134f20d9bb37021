// A cluster of the real Pomelo: the application in ../pomelo, copied to a directory of its own with
// ports of its own.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const {startProcess, prepareConfig} = require('./cluster_process');

const application = path.join(__dirname, '../pomelo');
const isInstalled = () => fs.existsSync(path.join(application, 'node_modules/pomelo'));

// Pomelo's processes end with their standard input (see app.js), so they cannot outlive this one.
function start(variant, offset) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'interop-pomelo-'));
  for (const name of ['app.js', 'app', 'package.json']) {
    fs.cpSync(path.join(application, name), path.join(home, name), {recursive: true});
  }
  fs.symlinkSync(path.join(application, 'node_modules'), path.join(home, 'node_modules'));
  prepareConfig(path.join(home, 'config'), variant, offset);
  const command = [process.execPath, 'app.js', 'env=development', 'type=all'];
  return startProcess({title: 'pomelo', variant, command, home, offset});
}

module.exports = {isInstalled, start};
