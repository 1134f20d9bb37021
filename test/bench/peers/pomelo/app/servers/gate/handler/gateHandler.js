'use strict';

const crc = require('crc');

function GateHandler(app) { this.app = app; }

GateHandler.prototype.queryEntry = function queryEntry({uid}, session, next) {
  const connectors = this.app.getServersByType('connector');
  const {host, clientPort} = connectors[Math.abs(crc.crc32(uid)) % connectors.length];
  next(null, {code: 200, host, port: clientPort});
};

module.exports = (app) => new GateHandler(app);
