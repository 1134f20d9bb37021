// Adapter: npm's ws, which ends a connection over anything that RFC 6455 does not allow, with npm's
// pomelo-protocol inside. A connection that ws ends is an error of the test.
'use strict';

const WebSocket = require('ws');
const {Package, Message, strencode} = require('pomelo-protocol');
const {Language} = require('./language');
const {Traffic} = require('./traffic');

const headLength = 4;
const hello = {sys: {type: 'ws', version: '1.0.0', rsa: {}, protoVersion: 0}, user: {}};
const jsonBytes = (value) => strencode(JSON.stringify(value));

class WsClient {
  constructor(host, port, onPush, onReady, onError, options = {}) {
    const {text = false, deflate = true} = options;
    Object.assign(this, {onPush, onReady, text, lastId: 0, waiting: new Map(), beat: 0});
    this.traffic = new Traffic();
    this.socket = new WebSocket(`ws://${host}:${port}/`, {perMessageDeflate: deflate});
    this.socket.on('open', () => {
      this.write(Package.encode(Package.TYPE_HANDSHAKE, jsonBytes(hello)));
    });
    this.socket.on('message', (bytes) => this.receive(bytes));
    this.socket.on('error', (error) => {
      onError(error);
      if (this.beat !== 0) throw error;
    });
    this.socket.on('close', () => clearTimeout(this.timer));
  }

  write(bytes) {
    this.traffic.send(bytes);
    this.socket.send(bytes, {binary: !this.text});
  }

  // The same in frames of the given size: one message all the same.
  writeFragments(bytes, size) {
    for (let at = 0; at < bytes.length; at += size) {
      this.socket.send(bytes.subarray(at, at + size), {fin: at + size >= bytes.length});
    }
  }

  receive(bytes) {
    for (let at = 0; at < bytes.length;) {
      const end = at + headLength + bytes.readUIntBE(at + 1, 3);
      this.traffic.hear(bytes.subarray(at, end));
      this.take(Package.decode(bytes.subarray(at, end)));
      at = end;
    }
  }

  take({type, body}) {
    if (type === Package.TYPE_HANDSHAKE) {
      const {sys} = JSON.parse(body);
      this.beat = (sys.heartbeat || 1) * 1000;
      this.language = new Language(sys);
      this.write(Package.encode(Package.TYPE_HANDSHAKE_ACK));
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
    this.socket.close();
  }
}

function connect(host, port, onPush, options) {
  return new Promise((resolve, reject) => {
    new WsClient(host, port, onPush, resolve, reject, options);
  });
}

module.exports = {connect};
