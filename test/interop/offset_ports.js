// Adds an offset to every port in configuration files, in place: offset_ports.js OFFSET FILE...
'use strict';

const fs = require('fs');

const [offset, ...files] = process.argv.slice(2);
const isPort = (key) => key === 'port' || key === 'clientPort';
const moved = (key, value) => (isPort(key) ? value + Number(offset) : value);

for (const file of files) {
  const config = JSON.parse(fs.readFileSync(file, 'utf8'), moved);
  fs.writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
}
