'use strict';

const {pick} = require('../../../pick');

function GateHandler(app) { this.app = app; }

GateHandler.prototype.queryEntry = function queryEntry(msg, session, next) {
  const connectors = this.app.getServersByType('connector') || [];
  if (!msg.uid || connectors.length === 0) return next(null, {code: 500});
  const {host, clientPort} = pick(msg.uid, connectors);
  next(null, {code: 200, host, port: clientPort});
};

module.exports = (app) => new GateHandler(app);
