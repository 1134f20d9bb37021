// What client and server agreed on by the handshake, for clients written with npm's pomelo-protocol
// and pomelo-protobuf: codes for routes, and schemas for bodies.
'use strict';

const {Message, strencode} = require('pomelo-protocol');
const protobuf = require('pomelo-protobuf');

class Language {
  constructor({dict = {}, protos = {}} = {}) {
    this.codes = dict;
    this.routes = Object.fromEntries(Object.entries(dict).map(([route, code]) => [code, route]));
    this.client = protos.client || {};
    this.server = protos.server || {};
  }

  write(id, type, route, body) {
    const code = this.codes[route];
    return Message.encode(id, type, code ? 1 : 0, code || route, this.writeBody(route, body));
  }

  writeBody(route, body) {
    if (!this.client[route]) return strencode(JSON.stringify(body));
    protobuf.init({encoderProtos: this.client, decoderProtos: this.server});
    return protobuf.encode(route, body);
  }

  // {type, id, route, body}; an answer has no route, but its body may have the schema of the one
  // that was asked.
  read(bytes, routeAsked = () => undefined) {
    const {type, id, compressRoute, route, body} = Message.decode(bytes);
    const named = compressRoute ? this.routes[route] : route || routeAsked(id);
    return {type, id, route: named, body: this.readBody(named, body)};
  }

  readBody(route, bytes) {
    if (!this.server[route]) return JSON.parse(bytes);
    protobuf.init({encoderProtos: this.client, decoderProtos: this.server});
    return protobuf.decode(route, bytes);
  }
}

module.exports = {Language};
