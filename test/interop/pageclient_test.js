// The client of the chat's own page: its bytes against Pomelo's, then the whole chat.
'use strict';

const assert = require('assert');
const {Package, Message, strencode} = require('pomelo-protocol');
const protobuf = require('pomelo-protobuf');
const pageClient = require('./clients/page_client');

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const body = {content: 'Grüße \u{1f34a}', target: '*'};
const definitions = {
  'message Pos': {'required sInt32 x': 1, 'required sInt32 y': 2},
  onMove: {
    'optional uInt32 steps': 1, 'required Pos at': 2, 'optional string name': 3,
    'repeated Pos trail': 4, 'optional Own own': 2048, 'message Own': {'repeated string all': 1},
  },
  onNumbers: {
    'optional uInt32 u': 1, 'optional sInt32 s': 2, 'optional int32 i': 3, 'optional float f': 4,
    'optional double d': 16, 'repeated uInt32 us': 5, 'repeated int32 is': 6,
    'repeated float fs': 7, 'repeated double ds': 8,
  },
};
const messages = [
  ['onMove', {at: {x: 0, y: -1}}],
  ['onMove', {name: 'Grüße \u{1f34a}', own: {all: ['', 'x', '聊天']}, at: {y: 2, x: 1}, steps: 300}],
  ['onMove', {trail: [{x: 1, y: -200}, {x: 70000, y: 0}], at: {x: 5, y: 6}}],
  ['onNumbers', {u: 4294967295, s: -2147483648, i: 2147483647, f: 0.5, d: -1e300}],
  ['onNumbers', {u: 2 ** 53 - 1, us: [3, 270, 86942], is: [-1, 0, 1], fs: [0.25], ds: [0.5, -2]}],
];

require('./scenario').run('pageclient', pageClient, {
  'packages are the bytes that pomelo-protocol writes': async () => {
    const {encodePackage, decodePackages} = await pageClient.load();
    for (const length of [0, 1, 255, 256, 70000]) {
      const bytes = encodePackage(4, new Uint8Array(length).fill(7));
      assert.strictEqual(hex(bytes), hex(Package.encode(4, Buffer.alloc(length, 7))));
      assert.strictEqual(decodePackages(bytes.buffer)[0].body.length, length);
    }
    const two = Uint8Array.from([3, 0, 0, 0, 4, 0, 0, 1, 9]).buffer;
    assert.deepStrictEqual(decodePackages(two).map((p) => [p.type, ...p.body]), [[3], [4, 9]]);
    assert.throws(() => decodePackages(Uint8Array.from([4, 0, 0, 9, 1]).buffer), RangeError);
    assert.throws(() => decodePackages(Uint8Array.from([4, 0]).buffer), RangeError);
  },

  'requests and notifies are the bytes that pomelo-protocol writes': async () => {
    const {encodeMessage, MessageType} = await pageClient.load();
    const json = strencode(JSON.stringify(body));
    for (const id of [1, 127, 128, 16383, 16384, 268435456, 2147483647]) {
      assert.strictEqual(hex(encodeMessage({type: MessageType.request, id, route: 'a.b.c', body})),
                         hex(Message.encode(id, 0, 0, 'a.b.c', json)));
    }
    const notify = (route, agreed) => {
      return encodeMessage({type: MessageType.notify, route, body}, agreed);
    };
    assert.strictEqual(hex(notify('a.b.c', {codes: {'a.b.c': 258}, client: {}})),
                       hex(Message.encode(0, 1, 1, 258, json)));
    assert.throws(() => notify('a'.repeat(256)), RangeError);
  },

  'answers and pushes are read as pomelo-protocol writes them': async () => {
    const {decodeMessage, MessageType} = await pageClient.load();
    const json = strencode(JSON.stringify(body));
    for (const id of [1, 128, 16384, 2147483647]) {
      assert.deepStrictEqual(decodeMessage(Message.encode(id, 2, 0, null, json)),
                             {type: MessageType.response, id, route: '', body});
    }
    const push = {type: MessageType.push, id: 0, route: 'onChat', body};
    assert.deepStrictEqual(decodeMessage(Message.encode(0, 3, 0, 'onChat', json)), push);
    const agreed = {routes: {7: 'onChat'}, server: {}};
    assert.deepStrictEqual(decodeMessage(Message.encode(0, 3, 1, 7, json), agreed), push);
    assert.throws(() => decodeMessage(Uint8Array.from([4, 0x80])), RangeError);
    assert.throws(() => decodeMessage(Uint8Array.from([6, 9, 65])), RangeError);
  },

  'bodies with a schema are the bytes that pomelo-protobuf writes': async () => {
    const {encode, decode} = await pageClient.loadProtobuf();
    const schemas = protobuf.parse(definitions);
    protobuf.init({encoderProtos: schemas, decoderProtos: schemas});
    for (const [route, message] of messages) {
      const bytes = encode(schemas, route, message);
      assert.strictEqual(hex(bytes), hex(protobuf.encode(route, message)), JSON.stringify(message));
      assert.deepStrictEqual(decode(schemas, route, bytes), message);
    }
    assert.throws(() => encode(schemas, 'onMove', {at: {x: 1}}), TypeError);
    assert.throws(() => encode(schemas, 'onMove', {at: {x: 1, y: 2}, steps: -1}), RangeError);
    const read = (...bytes) => decode(schemas, 'onMove', Uint8Array.from(bytes));
    assert.throws(() => read(0x78, 1), /no schema knows/);
    assert.throws(() => read(0x08, 0x80), /cut short/);
    assert.throws(() => read(0x1a, 5, 65), /cut short/);
    assert.throws(() => read(0x12, 1, 0x08, 1), /beyond/);
    assert.throws(() => read(0x10), /cut short/);
  },

  'an answer is read by the schema of the route that was asked': async () => {
    const {encodeMessage, decodeMessage, MessageType} = await pageClient.load();
    const schemas = protobuf.parse({'a.b.c': {'required uInt32 n': 1}});
    const agreed = {codes: {}, routes: {}, client: schemas, server: schemas};
    const request = {type: MessageType.request, id: 5, route: 'a.b.c', body: {n: 150}};
    assert.strictEqual(hex(encodeMessage(request, agreed)), '000505612e622e63089601');
    const answer = decodeMessage(Uint8Array.from([4, 5, 8, 150, 1]), agreed, () => 'a.b.c');
    assert.deepStrictEqual(answer.body, {n: 150});
  },
});
