'use strict';

const crc = require('crc');

class GateHandler {
  constructor(app) { this.app = app; }

  async queryEntry({uid}) {
    const connectors = this.app.getServersByType('connector');
    const {host, clientPort} = connectors[Math.abs(crc.crc32(uid)) % connectors.length];
    return {code: 200, host, port: clientPort};
  }
}

exports.default = (app) => new GateHandler(app);
