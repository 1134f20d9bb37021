// A client as Pitaya's are: its handshake, routes of two parts, errors marked by a bit of the flag,
// and zlib for handshakes and bodies.
'use strict';

const zlib = require('zlib');
const {RawLink} = require('../peers/raw_link');
const {within} = require('../mailbox');
const {types, flags, pack, message, handshake, ack, heartbeat, readMessage} =
    require('../peers/wire');

const patience = 5000;
const bits = {error: 0x20, zlib: 0x10};
const hello = {
  sys: {
    platform: 'mac', libVersion: '0.3.5-release', clientBuildNumber: '20', clientVersion: '2.1',
  },
  user: {age: 30},
};
const isZlib = (bytes) => bytes[0] === 0x78;
const plainOf = (bytes) => (isZlib(bytes) ? zlib.inflateSync(bytes) : bytes);

class PitayaClient {
  // `greeting`: the bytes of the handshake's body. The reply is in client.reply, with what it was
  // like in client.replyIsZlib.
  static async open(port, {kind = 'ws', greeting = JSON.stringify(hello)} = {}) {
    const client = new PitayaClient();
    Object.assign(client, {lastId: 0, taken: 0, pushes: [], answers: new Map()});
    client.link = await RawLink.open(kind, port);
    client.link.send(handshake(greeting));
    await client.link.until(() => client.link.heard.length > 0);
    const [first] = client.link.heard;
    if (first) {
      client.replyIsZlib = isZlib(first.body);
      client.reply = JSON.parse(plainOf(first.body));
    }
    return client;
  }

  static async connect(port, options) {
    const client = await PitayaClient.open(port, options);
    client.link.send(ack);
    return client;
  }

  beat() { this.link.send(heartbeat); }

  // {flag, error, zlib, body} of the answer; `deflated`: whether the body goes out as zlib.
  async request(route, body, {deflated = false, text = JSON.stringify(body)} = {}) {
    const id = ++this.lastId;
    const bytes = deflated ? zlib.deflateSync(text) : Buffer.from(text);
    const flag = flags.request | (deflated ? bits.zlib : 0);
    this.link.send(pack(types.data, message({flag, id, route, body: bytes})));
    const answered = this.link.until(() => this.take().answers.has(id));
    if (!await within(patience, answered, `the answer to ${route}`)) {
      throw new Error(`no answer to ${route}; the connection: ${this.link.end || 'open'}`);
    }
    return this.answers.get(id);
  }

  async push(count) {
    await this.link.until(() => this.take().pushes.length >= count);
    return this.pushes[count - 1];
  }

  take() {
    for (; this.taken < this.link.heard.length; this.taken++) {
      const {type, body} = this.link.heard[this.taken];
      if (type === types.data) this.deliver(readMessage(body));
    }
    return this;
  }

  deliver({flag, id, route, body}) {
    const text = flag & bits.zlib ? zlib.inflateSync(body) : body;
    const [error, compressed] = [Boolean(flag & bits.error), Boolean(flag & bits.zlib)];
    const heard = {flag, error, zlib: compressed, body: JSON.parse(text)};
    if (route === undefined) this.answers.set(id, heard);
    else this.pushes.push({route, ...heard});
  }

  close() { this.link.close(); }
}

module.exports = {PitayaClient, hello};
