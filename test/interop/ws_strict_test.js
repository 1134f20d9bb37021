// The chat over npm's ws, which accepts nothing that RFC 6455 does not allow; then what a server
// must refuse, with the code it must say. The numbers are those of test/net/websocket_test.cpp.
'use strict';

const assert = require('assert');
const net = require('net');
const ws = require('./clients/ws_client');
const {upgradeRequest, frame, exchange} = require('./clients/raw_websocket');
const {gate} = require('./cluster');
const {within} = require('./mailbox');

const query = 'gate.gateHandler.queryEntry';
const longestPackage = 65536;
const messageHead = 2 + 1 + query.length;  // flag and id, then the route with its length
const patience = 3000;
const connect = (options) => ws.connect(gate.host, gate.port, () => {}, options);
const closed = (client) => new Promise((resolve) => {
  client.socket.once('close', (code, reason) => resolve({code, reason: reason.toString()}));
});

// A request whose package, behind its head of four bytes, has exactly this size.
function requestOfSize(client, size) {
  const wrapping = JSON.stringify({uid: 'amy', fill: ''}).length;
  return client.prepare(query, {uid: 'amy', fill: 'x'.repeat(size - messageHead - wrapping)});
}

async function refuses(what, code, ...bytes) {
  const seen = await within(patience, exchange(gate, upgradeRequest(), ...bytes), what);
  assert.strictEqual(seen.code, code, what);
  assert.ok(seen.milliseconds < 2000, `${what}: ended after ${seen.milliseconds} ms`);
}

const FIN = 0x80;
const [TEXT, BINARY, CLOSE, PING] = [1, 2, 8, 9];
const closeFrame = (code, reason = '') => {
  const payload = [Buffer.from([code >> 8, code & 255]), Buffer.from(reason)];
  return frame(FIN | CLOSE, Buffer.concat(payload));
};
const fragments = (count, payload) => Buffer.concat([
  frame(BINARY, payload), ...Array.from({length: count - 1}, () => frame(0, payload)),
]);

const refused = {
  'W14 a length longer than it needs to be': [1002, Buffer.from([0x82, 0xfe, 0, 5, 0, 0, 0, 0])],
  'W15 a length with its top bit set':
    [1002, Buffer.from([0x82, 0xff, 0x80, ...Array(11).fill(0)])],
  'W16 a length of 2^32 + 4':
    [1009, Buffer.from([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0])],
  'W17 an unmasked frame': [1002, frame(FIN | BINARY, 'x', {masked: false})],
  'W18 RSV1': [1002, frame(FIN | 0x40 | BINARY)],
  'W18 RSV2': [1002, frame(FIN | 0x20 | BINARY)],
  'W18 RSV3': [1002, frame(FIN | 0x10 | BINARY)],
  'W19 opcode 3': [1002, frame(FIN | 3)],
  'W19 opcode 7': [1002, frame(FIN | 7)],
  'W19 opcode 11': [1002, frame(FIN | 11)],
  'W19 opcode 15': [1002, frame(FIN | 15)],
  'W23 a continuation with nothing open': [1002, frame(FIN)],
  'W24 a message within a message': [1002, frame(BINARY, 'a'), frame(FIN | BINARY, 'b')],
  'W25 fragments over the limit': [1009, fragments(5, Buffer.alloc(16000))],
  'W26 17 empty fragments': [1008, fragments(17, '')],
  'W28 a ping of 126 bytes': [1002, frame(FIN | PING, 'p'.repeat(126))],
  'W28 a ping in fragments': [1002, frame(PING, 'p')],
  'W33 text that is not UTF-8': [1007, frame(FIN | TEXT, Buffer.from([0xed, 0xa0, 0x80]))],
  'W34 a wrong byte in the first fragment': [1007, frame(TEXT, Buffer.from([1, 0xff]))],
  'W36 a close of 1 byte': [1002, frame(FIN | CLOSE, 'x')],
  'W38 a close with 1005': [1002, closeFrame(1005)],
  'W38 a close with 65535': [1002, closeFrame(65535)],
  'W39 a close with a reason that is not UTF-8':
    [1007, closeFrame(1000, Buffer.from([0xff]))],
  'W44 a package cut by its message': [1002, frame(FIN | BINARY, Buffer.from([1, 0, 0, 9, 123]))],
};

const heads = {
  'W2 no host': [400, upgradeRequest({Host: undefined})],
  'W3 no upgrade': [426, upgradeRequest({Upgrade: undefined})],
  'W3 version 8': [426, upgradeRequest({'Sec-WebSocket-Version': '8'})],
  'W5 no key': [400, upgradeRequest({'Sec-WebSocket-Key': undefined})],
  'W5 a short key': [400, upgradeRequest({'Sec-WebSocket-Key': 'c2hvcnQ='})],
  'W8 a head that is too long': [431, upgradeRequest({'X-Long': 'x'.repeat(8192)})],
  'W9 bare line feeds': [400, upgradeRequest().replace(/\r/g, '')],
};

const steps = {
  'W4 W6 the upgrade is taken, deflate is not, unless the server has it on': async () => {
    const client = await connect({deflate: true});
    assert.deepStrictEqual([client.socket.extensions, client.socket.protocol], ['', '']);
    client.close();
  },

  'W21 a request in fragments of any size is answered, and once': async () => {
    const client = await connect();
    for (const size of [1, 7, 30]) {
      const {bytes, answer} = client.prepare(query, {uid: 'amy'});
      client.writeFragments(bytes, size);
      assert.strictEqual((await answer).code, 200);
    }
    client.close();
  },

  'W22 W27 pings with and without payload come back, between fragments too': async () => {
    const client = await connect();
    const pongs = [];
    client.socket.on('pong', (payload) => pongs.push(payload.toString()));
    const {bytes, answer} = client.prepare(query, {uid: 'amy'});
    client.socket.send(bytes.subarray(0, 9), {fin: false});
    for (const payload of ['', 'a', 'p'.repeat(125)]) client.socket.ping(payload);
    client.socket.send(bytes.subarray(9), {fin: true});
    assert.strictEqual((await answer).code, 200);
    assert.deepStrictEqual(pongs, ['', 'a', 'p'.repeat(125)]);
    client.close();
  },

  'W20 packages in text frames are taken as well': async () => {
    const client = await connect({text: true});
    const request = client.request(query, {uid: 'amy'});
    assert.strictEqual((await request).code, 200);
    client.close();
  },

  'W16 the longest package is answered, in one frame and in many': async () => {
    const client = await connect();
    for (const size of [longestPackage - 1, longestPackage]) {
      const whole = requestOfSize(client, size);
      assert.strictEqual(whole.bytes.length, size + 4);
      client.write(whole.bytes);
      assert.strictEqual((await whole.answer).code, 200);
      const cut = requestOfSize(client, size);
      client.writeFragments(cut.bytes, 1000);
      assert.strictEqual((await cut.answer).code, 200);
    }
    client.close();
  },

  'W16 W25 one byte more ends with 1009, in one frame and in many': async () => {
    for (const size of [longestPackage + 5, 1000]) {
      const client = await connect();
      const end = closed(client);
      client.writeFragments(requestOfSize(client, longestPackage + 1).bytes, size);
      assert.strictEqual((await within(patience, end, 'the end')).code, 1009);
    }
  },

  'W35 W37 every code that a client may close with is echoed': async () => {
    const codes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
    for (const code of codes) {
      const client = await connect();
      const end = closed(client);
      client.socket.close(code, 'bye');
      assert.strictEqual((await within(patience, end, `the echo of ${code}`)).code, code);
    }
    const client = await connect();
    const end = closed(client);
    client.socket.close();
    assert.strictEqual((await within(patience, end, 'the echo of nothing')).code, 1005);
  },

  'W29 ten pings in one segment are ten pongs in order': async () => {
    const pings = Array.from({length: 10}, (_, i) => frame(FIN | PING, `${i}`));
    const bytes = Buffer.concat([...pings, closeFrame(1000)]);
    const seen = await exchange(gate, upgradeRequest(), bytes);
    assert.deepStrictEqual(
        seen.frames.map(({opcode, payload}) => [opcode, payload.toString('latin1')]),
        [...pings.map((_, i) => [10, `${i}`]), [8, '\x03\xe8']]);
  },

  'W1 W11 the sample key has its answer, and frames behind the head are read': async () => {
    const bytes = Buffer.concat([Buffer.from(upgradeRequest()), closeFrame(4000)]);
    const seen = await exchange(gate, bytes);
    assert.ok(seen.head.includes('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='));
    assert.strictEqual(seen.code, 4000);
  },

  'W40 what follows a close is not read': async () => {
    const seen = await exchange(gate, upgradeRequest(), closeFrame(1000),
        Buffer.concat([frame(FIN | PING, 'late'), closeFrame(1001)]));
    assert.deepStrictEqual(seen.frames.map(({opcode}) => opcode), [8]);
    assert.strictEqual(seen.code, 1000);
  },

  'W10 a head that comes byte by byte is answered': async () => {
    const socket = net.connect({host: gate.host, port: gate.port, noDelay: true});
    const answer = new Promise((resolve) => socket.once('data', resolve));
    for (const byte of Buffer.from(upgradeRequest())) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok((await answer).toString().startsWith('HTTP/1.1 101 '));
    socket.destroy();
  },

  'wrong heads are refused with their status': async () => {
    for (const [what, [status, head]] of Object.entries(heads)) {
      const seen = await within(patience, exchange(gate, head), what);
      assert.strictEqual(seen.head.split(' ')[1], `${status}`, what);
      if (status === 426) assert.ok(seen.head.includes('Sec-WebSocket-Version: 13'), what);
    }
  },

  'wrong frames end the connection with their code, within 2 s': async () => {
    for (const [what, [code, ...bytes]] of Object.entries(refused)) {
      await refuses(what, code, ...bytes);
    }
  },
};

require('./scenario').run('ws', ws, steps);
