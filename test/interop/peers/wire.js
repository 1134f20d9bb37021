// The client protocol as bytes, without any care: tests write what no client would.
//
//   package | type: 1 | length: 3, big-endian | body |
//   message | flag: 1 | id: varint | route: length and text, or a code of 2 bytes | body |
'use strict';

const types = {handshake: 1, ack: 2, heartbeat: 3, data: 4, kick: 5};
const flags = {request: 0, notify: 2, response: 4, push: 6, coded: 1};
const typeNames = Object.fromEntries(Object.entries(types).map(([name, type]) => [type, name]));
const headLength = 4;

const toBytes = (body) => {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};

function pack(type, body = '') {
  const bytes = toBytes(body);
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(bytes.length);
  head[0] = type;
  return Buffer.concat([head, bytes]);
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

function routeBytes(route) {
  if (typeof route === 'number') return Buffer.from([route >> 8, route & 0xff]);
  return Buffer.concat([Buffer.from([Buffer.byteLength(route)]), Buffer.from(route)]);
}

// `id` is left out of the bytes when undefined, as is `route`; a number is a route's code.
function message({flag, id, route, body = ''}) {
  return Buffer.concat([
    Buffer.from([flag | (typeof route === 'number' ? flags.coded : 0)]),
    id === undefined ? Buffer.alloc(0) : varint(id),
    route === undefined ? Buffer.alloc(0) : routeBytes(route),
    toBytes(body),
  ]);
}

// Protobuf: fields of text, with tags from 1.
function textFields(...texts) {
  return Buffer.concat(texts.map((text, index) => {
    const bytes = Buffer.from(text);
    return Buffer.concat([varint((index + 1) * 8 + 2), varint(bytes.length), bytes]);
  }));
}

const data = (parts) => pack(types.data, message(parts));
const request = (id, route, body = {}) => data({flag: flags.request, id, route, body});
const notify = (route, body = {}) => data({flag: flags.notify, route, body});
const handshake = (body) => pack(types.handshake, body);
const ack = pack(types.ack);
const heartbeat = pack(types.heartbeat);

// The whole packages at the start of `bytes`, and what is left.
function unpack(bytes) {
  const packages = [];
  while (bytes.length >= headLength) {
    const end = headLength + bytes.readUIntBE(1, 3);
    if (bytes.length < end) break;
    packages.push({type: bytes[0], body: bytes.subarray(headLength, end)});
    bytes = bytes.subarray(end);
  }
  return {packages, rest: bytes};
}

function readVarint(bytes, at) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * factor;
    if (!(byte > 127)) return [value, at];
  }
}

function readMessage(bytes) {
  const flag = bytes[0];
  const kind = flag & 0x0e;
  const parts = {flag, at: 1};
  if (kind === flags.request || kind === flags.response) {
    [parts.id, parts.at] = readVarint(bytes, parts.at);
  }
  if (kind === flags.request || kind === flags.notify || kind === flags.push) {
    const coded = flag & flags.coded;
    const end = parts.at + (coded ? 2 : 1 + bytes[parts.at]);
    parts.route = coded ? bytes.readUInt16BE(parts.at) : bytes.toString('utf8', parts.at + 1, end);
    parts.at = end;
  }
  return {...parts, body: bytes.subarray(parts.at)};
}

// One line for a person. Different bytes have different lines: what would be written in another way
// here is shown as hex.
function describe({type, body}) {
  const name = typeNames[type] || `type ${type}`;
  if (body.length === 0) return name;
  if (type !== types.data) return `${name} ${textOf(body)}`;
  const {flag, id, route, body: rest} = readMessage(body);
  if (!message({flag, id, route, body: rest}).equals(body)) return `${name} hex ${hexOf(body)}`;
  const words = [name, `flag ${flag.toString(16).padStart(2, '0')}`];
  if (id !== undefined) words.push(`id ${id}`);
  if (route !== undefined) words.push(typeof route === 'number' ? 'code' : 'route', route);
  words.push(rest.length ? textOf(rest) : '(empty)');
  return words.join(' ');
}

const hexOf = (bytes) => bytes.toString('hex');

function textOf(bytes) {
  const text = bytes.toString('utf8');
  const plain = /^[^\x00-\x1f\x7f]*$/.test(text) && Buffer.from(text).equals(bytes);
  return plain ? text : `hex ${hexOf(bytes)}`;
}

module.exports = {
  types, flags, pack, message, data, request, notify, handshake, ack, heartbeat, unpack,
  readMessage, textFields, describe,
};
