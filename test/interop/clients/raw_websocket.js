// WebSocket frames by hand over a plain socket, right ones and wrong ones.
'use strict';

const net = require('net');

const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ==';

function upgradeRequest(changes = {}) {
  const headers = {
    Host: 'localhost', Upgrade: 'websocket', Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': sampleKey, ...changes,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== undefined);
  return `GET / HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`;
}

// A frame of a client; `first` is its first byte: FIN 0x80, RSV1-3 0x70, opcode.
function frame(first, payload = '', {masked = true} = {}) {
  const bytes = Buffer.from(payload);
  const head = lengthHead(first, bytes.length, masked);
  if (!masked) return Buffer.concat([head, bytes]);
  const mask = Buffer.from([0x1b, 0x2d, 0x4e, 0x6f]);
  return Buffer.concat([head, mask, bytes.map((byte, i) => byte ^ mask[i % 4])]);
}

function lengthHead(first, length, masked) {
  const bit = masked ? 0x80 : 0;
  if (length < 126) return Buffer.from([first, bit | length]);
  const head = Buffer.alloc(length < 65536 ? 4 : 10);
  head[0] = first;
  head[1] = bit | (length < 65536 ? 126 : 127);
  head.writeUIntBE(length, head.length === 4 ? 2 : 6, head.length === 4 ? 2 : 4);
  return head;
}

// Writes all, then tells what came until the server ended the connection:
//   {head, frames: [{opcode, payload}], code (of the close frame), milliseconds}
function exchange({host, port}, ...writes) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    let received = Buffer.alloc(0);
    const socket = net.connect({host, port, noDelay: true}, () => {
      for (const bytes of writes) socket.write(bytes);
    });
    socket.on('data', (bytes) => { received = Buffer.concat([received, bytes]); });
    socket.on('error', reject);
    socket.on('end', () => {
      socket.destroy();
      resolve({...parse(received), milliseconds: Date.now() - started});
    });
  });
}

function parse(received) {
  const end = received.indexOf('\r\n\r\n');
  const head = received.subarray(0, end).toString();
  if (!head.startsWith('HTTP/1.1 101 ')) return {head, frames: []};
  const frames = [];
  for (let rest = received.subarray(end + 4); rest.length >= 2;) {
    const short = rest[1] & 0x7f;
    const start = short < 126 ? 2 : 4;
    const length = short < 126 ? short : rest.readUInt16BE(2);
    frames.push({opcode: rest[0] & 0x0f, payload: rest.subarray(start, start + length)});
    rest = rest.subarray(start + length);
  }
  const close = frames.find(({opcode}) => opcode === 8);
  const code = close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : undefined;
  return {head, frames, code};
}

module.exports = {upgradeRequest, frame, exchange};
