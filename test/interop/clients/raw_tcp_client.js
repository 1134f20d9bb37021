// Adapter: a raw TCP client written with npm's pomelo-protocol; Unity and libpomelo talk like this.
'use strict';

const net = require('net');
const {Package, Message, strencode} = require('pomelo-protocol');
const {Language} = require('./language');
const {Traffic} = require('./traffic');

const headLength = 4;
const hello = {sys: {type: 'raw-tcp', version: '1.0.0', rsa: {}, protoVersion: 0}, user: {}};
const jsonBytes = (value) => strencode(JSON.stringify(value));

class RawTcpClient {
  constructor(host, port, onPush, onReady, onError) {
    Object.assign(this, {onPush, onReady, lastId: 0, waiting: new Map(), beat: 0});
    this.received = Buffer.alloc(0);
    this.traffic = new Traffic();
    this.socket = net.connect({host, port, noDelay: true});
    this.socket.on('connect', () => {
      this.write(Package.encode(Package.TYPE_HANDSHAKE, jsonBytes(hello)));
    });
    this.socket.on('data', (bytes) => this.receive(bytes));
    this.socket.on('error', onError);
  }

  write(bytes) {
    this.traffic.send(bytes);
    this.socket.write(bytes);
  }

  receive(bytes) {
    this.received = Buffer.concat([this.received, bytes]);
    while (this.received.length >= headLength) {
      const end = headLength + this.received.readUIntBE(1, 3);
      if (this.received.length < end) return;
      this.traffic.hear(this.received.subarray(0, end));
      this.take(Package.decode(this.received.subarray(0, end)));
      this.received = this.received.subarray(end);
    }
  }

  take({type, body}) {
    if (type === Package.TYPE_HANDSHAKE) {
      const answer = JSON.parse(body);
      this.beat = (answer.sys.heartbeat || 0) * 1000;
      this.language = new Language(answer.sys);
      this.onReady(this);
    } else if (type === Package.TYPE_HEARTBEAT) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.write(Package.encode(Package.TYPE_HEARTBEAT)), this.beat);
    } else if (type === Package.TYPE_DATA) {
      this.deliver(this.language.read(body, (id) => this.waiting.get(id).route));
    }
  }

  deliver({type, id, route, body}) {
    if (type === Message.TYPE_PUSH) return this.onPush(route, body);
    this.waiting.get(id).resolve(body);
    this.waiting.delete(id);
  }

  acknowledge() { this.write(Package.encode(Package.TYPE_HANDSHAKE_ACK)); }

  // The bytes of a request, and a promise of its answer.
  prepare(route, body) {
    const id = ++this.lastId;
    const message = this.language.write(id, Message.TYPE_REQUEST, route, body);
    const answer = new Promise((resolve) => this.waiting.set(id, {route, resolve}));
    return {bytes: Package.encode(Package.TYPE_DATA, message), answer};
  }

  request(route, body) {
    const {bytes, answer} = this.prepare(route, body);
    this.write(bytes);
    return answer;
  }

  notify(route, body) {
    const message = this.language.write(0, Message.TYPE_NOTIFY, route, body);
    this.write(Package.encode(Package.TYPE_DATA, message));
  }

  close() {
    clearTimeout(this.timer);
    this.socket.end();
  }
}

// Shakes hands, but leaves the ack to the caller.
function connectUnacknowledged(host, port, onPush) {
  return new Promise((resolve, reject) => new RawTcpClient(host, port, onPush, resolve, reject));
}

async function connect(host, port, onPush) {
  const client = await connectUnacknowledged(host, port, onPush);
  client.acknowledge();
  return client;
}

module.exports = {connect, connectUnacknowledged};
