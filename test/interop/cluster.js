// What the tests know about the running cluster, and Pomelo's arithmetic for finding a server.
'use strict';

const {execFile} = require('child_process');
const {promisify} = require('util');

const gate = {
  host: process.env.SHADDOCK_GATE_HOST || '127.0.0.1',
  port: Number(process.env.SHADDOCK_GATE_PORT || 3014),
};
const connectorCount = Number(process.env.SHADDOCK_CONNECTORS || 3);

// Says an operator's words to the cluster; where nobody may, there is no such function.
const order = process.env.SHADDOCK_CHAT && ((...words) => {
  const all = [...words, '--config', process.env.SHADDOCK_CONFIG];
  return promisify(execFile)(process.env.SHADDOCK_CHAT, all);
});

// Standard CRC-32 over the low 8 bits of each UTF-16 unit, read as a signed number.
function crc32(text) {
  let crc = -1;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

const pick = (key, count) => Math.abs(crc32(key)) % count;

// A name that starts with `stem` and that the gate sends to the connector of this index.
function nameOnConnector(stem, index) {
  for (let i = 0; ; i++) {
    const name = i === 0 ? stem : stem + i;
    if (pick(name, connectorCount) === index % connectorCount) return name;
  }
}

// Rooms of one run, so that tests may run beside each other and again.
const roomOfRun = (stem) => `${stem}-${process.pid}-${Date.now().toString(36)}`;

module.exports = {order, gate, connectorCount, crc32, pick, nameOnConnector, roomOfRun};
