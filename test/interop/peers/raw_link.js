// A connection that sends any bytes and records each package it hears: over WebSocket, with frames
// made here, or over plain TCP.
//
//   const link = await RawLink.open('ws', port);
//   link.send(bytes, ...);            // each argument one WebSocket message, or one write
//   await link.until(() => condition)  // of what is in link.heard, or its end
//
// link.heard holds packages {type, body}; link.end is undefined, or says how the server ended it:
// "closed 1000" by a WebSocket's close frame, "closed" without one.
'use strict';

const crypto = require('crypto');
const net = require('net');
const {unpack} = require('./wire');

const opcodes = {text: 1, binary: 2, close: 8, ping: 9, pong: 10};
const patience = 2500;

function frame(opcode, payload) {
  const length = payload.length;
  const head = length < 126 ? Buffer.from([0x80 | opcode, 0x80 | length]) : Buffer.alloc(4);
  if (length >= 126) head.writeUInt32BE((0x80 | opcode) * 0x1000000 + (0xfe << 16) + length);
  const mask = crypto.randomBytes(4);
  return Buffer.concat([head, mask, Buffer.from(payload.map((byte, i) => byte ^ mask[i % 4]))]);
}

class RawLink {
  static async open(kind, port) {
    const link = new RawLink();
    Object.assign(link, {kind, heard: [], end: undefined});
    Object.assign(link, {bytes: Buffer.alloc(0), waiting: new Set()});
    link.socket = net.connect({host: '127.0.0.1', port, noDelay: true});
    link.socket.on('error', () => link.finish('closed'));
    link.socket.on('close', () => link.finish('closed'));
    await new Promise((resolve, reject) => {
      link.socket.once('connect', resolve).once('error', reject);
    });
    link.upgraded = kind !== 'ws';
    if (kind === 'ws') link.upgrade(port);
    link.socket.on('data', (bytes) => link.receive(bytes));
    if (!await link.until(() => link.upgraded)) throw new Error('no WebSocket');
    return link;
  }

  upgrade(port) {
    const key = crypto.randomBytes(16).toString('base64');
    this.socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  }

  send(...messages) {
    for (const bytes of messages) {
      this.socket.write(this.kind === 'ws' ? frame(opcodes.binary, bytes) : bytes);
    }
  }

  sendText(text) { this.socket.write(frame(opcodes.text, Buffer.from(text))); }

  close() { this.socket.destroy(); }

  // True when it came true in time.
  async until(condition, milliseconds = patience) {
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, milliseconds, true); });
    let isLate = false;
    while (!condition() && this.end === undefined && !isLate) {
      const next = new Promise((resolve) => this.waiting.add(resolve));
      isLate = await Promise.race([next, late]);
    }
    clearTimeout(timer);
    return condition();
  }

  receive(bytes) {
    this.bytes = Buffer.concat([this.bytes, bytes]);
    if (!this.upgraded) this.takeUpgrade();
    if (this.upgraded) this.kind === 'ws' ? this.takeFrames() : this.takePackages();
    this.wake();
  }

  takeUpgrade() {
    const end = this.bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    if (this.bytes.indexOf('HTTP/1.1 101 ') !== 0) return this.finish('no upgrade');
    this.bytes = this.bytes.subarray(end + 4);
    this.upgraded = true;
  }

  takeFrames() {
    while (this.bytes.length >= 2) {
      const short = this.bytes[1];
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.bytes.length < head) return;
      let length = short;
      if (head === 4) length = this.bytes.readUInt16BE(2);
      if (head === 10) length = this.bytes.readUIntBE(4, 6);
      if (this.bytes.length < head + length) return;
      this.takeFrame(this.bytes[0], this.bytes.subarray(head, head + length));
      this.bytes = this.bytes.subarray(head + length);
    }
  }

  takeFrame(first, payload) {
    const opcode = first & 15;
    if (opcode === opcodes.close) {
      this.finish(payload.length < 2 ? 'closed without code' : `closed ${payload.readUInt16BE(0)}`);
      this.socket.end(frame(opcodes.close, payload.subarray(0, 2)));
    } else if (opcode === opcodes.ping) {
      this.socket.write(frame(opcodes.pong, payload));
    } else if (first === (0x80 | opcodes.binary)) {
      const {packages, rest} = unpack(payload);
      this.heard.push(...packages);
      if (rest.length) this.heard.push({type: -1, body: rest});
    } else {
      this.heard.push({type: -1, body: Buffer.concat([Buffer.from([first]), payload])});
    }
  }

  takePackages() {
    const {packages, rest} = unpack(this.bytes);
    this.heard.push(...packages);
    this.bytes = rest;
  }

  finish(how) {
    this.end = this.end || how;
    this.wake();
  }

  wake() {
    const waiting = [...this.waiting];
    this.waiting.clear();
    waiting.forEach((resolve) => resolve(false));
  }
}

module.exports = {RawLink};
