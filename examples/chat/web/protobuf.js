// Pomelo's protobuf: bodies by the schemas that the handshake brings.
//
//   schemas | {route: message, 'message Name': message, ...}
//   message | {field: {option, type, tag}, ..., __messages: {Name: message}, __tags: {tag: field}}
//
//   field        | key: varint of tag * 8 + wire type | value |
//   uInt32       | varint |
//   sInt32 int32 | varint of 2n, or of -2n - 1 for a negative n |
//   float double | 4 or 8 bytes, little-endian |
//   string       | length: varint | UTF-8 |
//   a message    | length: varint | its fields |
//   repeated     | of numbers: one key, count: varint, values |   of others: a key before each |
//
// It is not Google's: int32 and repeated numbers differ, and an unknown tag is an error.

const wireTypes = {uInt32: 0, sInt32: 0, int32: 0, double: 1, float: 5};   // all others: 2
const isNumber = (type) => Object.hasOwn(wireTypes, type);

export function encode(schemas, route, body) {
  const out = [];
  putMessage(out, schemas, schemas[route], body);
  return Uint8Array.from(out);
}

export function decode(schemas, route, bytes) {
  const input = {bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 0};
  return takeMessage(input, schemas, schemas[route], bytes.length);
}

// The schema of a message that is a field of another.
const schemaOf = (schemas, parent, type) => parent.__messages[type] || schemas[`message ${type}`];

function fieldsOf(message) {
  return Object.entries(message).filter(([name]) => name !== '__messages' && name !== '__tags');
}

// ---- encoding

function putMessage(out, schemas, message, body) {
  for (const [name, {option}] of fieldsOf(message)) {
    if (option === 'required' && body[name] === undefined) throw new TypeError(`no ${name}`);
  }
  for (const [name, value] of Object.entries(body)) {
    const field = message[name];
    if (!field || !field.tag || value === undefined || value === null) continue;
    const putOne = (one) => putValue(out, schemas, message, field.type, one);
    const putKey = () => putVarint(out, field.tag * 8 + (isNumber(field.type) ? wireTypes[field.type] : 2));
    if (field.option !== 'repeated') {
      putKey();
      putOne(value);
    } else if (!isNumber(field.type)) {
      for (const one of value) { putKey(); putOne(one); }
    } else if (value.length > 0) {
      putKey();
      putVarint(out, value.length);
      value.forEach(putOne);
    }
  }
}

function putValue(out, schemas, parent, type, value) {
  if (type === 'uInt32') return putVarint(out, Math.trunc(value));
  if (type === 'sInt32' || type === 'int32') return putVarint(out, zigzag(Math.trunc(value)));
  if (type === 'float') return out.push(...new Uint8Array(littleEndian(4, 'setFloat32', value)));
  if (type === 'double') return out.push(...new Uint8Array(littleEndian(8, 'setFloat64', value)));
  let bytes = [];
  if (type === 'string') bytes = new TextEncoder().encode(value);
  else putMessage(bytes, schemas, schemaOf(schemas, parent, type), value);
  putVarint(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}

function putVarint(out, value) {
  if (!(value >= 0)) throw new RangeError(`${value} is no unsigned number`);
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) + 128);
  out.push(value);
}

function littleEndian(size, set, value) {
  const buffer = new ArrayBuffer(size);
  new DataView(buffer)[set](0, value, true);
  return buffer;
}

const zigzag = (value) => (value < 0 ? -2 * value - 1 : 2 * value);

// ---- decoding

function takeMessage(input, schemas, message, end) {
  const body = {};
  while (input.at < end) {
    const name = message.__tags[Math.floor(takeVarint(input) / 8)];
    if (name === undefined) throw new RangeError('a field that no schema knows');
    const {option, type} = message[name];
    const takeOne = () => takeValue(input, schemas, message, type);
    if (option !== 'repeated') {
      body[name] = takeOne();
    } else {
      body[name] ??= [];
      const count = isNumber(type) ? takeVarint(input) : 1;
      for (let i = 0; i < count; i++) body[name].push(takeOne());
    }
  }
  if (input.at > end) throw new RangeError('a field goes beyond its message');
  return body;
}

function takeValue(input, schemas, parent, type) {
  if (type === 'uInt32') return takeVarint(input);
  if (type === 'sInt32' || type === 'int32') return unzigzag(takeVarint(input));
  const size = type === 'float' ? 4 : type === 'double' ? 8 : takeVarint(input);
  const from = input.at;
  const end = from + size;
  if (end > input.bytes.length) throw new RangeError('a field is cut short');
  if (!isNumber(type) && type !== 'string') {
    return takeMessage(input, schemas, schemaOf(schemas, parent, type), end);
  }
  input.at = end;
  if (type === 'float') return input.view.getFloat32(from, true);
  if (type === 'double') return input.view.getFloat64(from, true);
  return new TextDecoder().decode(input.bytes.subarray(from, end));
}

function takeVarint(input) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    if (input.at >= input.bytes.length) throw new RangeError('a number is cut short');
    const byte = input.bytes[input.at++];
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

const unzigzag = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);
