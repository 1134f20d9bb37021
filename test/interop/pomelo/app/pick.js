'use strict';

const crc = require('crc');

module.exports.pick = (key, servers) => servers[Math.abs(crc.crc32(key)) % servers.length];
