// What no client sends.
'use strict';

const {data, pack, request, heartbeat, flags, types} = require('../wire');
const {hello, query, greeting, saying, askingGate} = require('./common');

const question = {id: 1, route: query, body: {uid: 'amy'}};
const raw = (...bytes) => saying(pack(types.data, Buffer.from(bytes)));

const full = {
  'a response of a client': saying(data({flag: flags.response, id: 1, body: '{}'})),
  'the gzip bit': askingGate(data({...question, flag: 0x10})),
  'unused bits of the flag': askingGate(data({...question, flag: 0xe0})),
  'a kick of a client': saying(pack(types.kick, '{"reason":"you"}')),
  'package type 0': saying(pack(0)),
  'package type 6': saying(pack(6, 'x')),
  'package type 255': saying(pack(255)),
  'package type 6 before the handshake': async (play) => {
    const link = await play.connect();
    link.send(pack(6));
    await play.settle(link);
  },
  'data without body': saying(pack(types.data)),
  'a route cut short': raw(0, 1, 200, 97),
  'an id without end': raw(0, 0x80),
  'a code cut short': raw(1, 1, 0),
  'a message of one byte': raw(0),
  'two packages in one WebSocket message': saying(Buffer.concat([heartbeat, heartbeat])),
  'a byte after the package': saying(Buffer.concat([heartbeat, Buffer.from([0])])),
  'an empty WebSocket message': saying(Buffer.alloc(0)),
  'a package shorter than its length': saying(Buffer.from([3, 0, 0, 9])),
  'a package of one byte': saying(Buffer.from([3])),
  'a text frame': async (play) => {
    const link = await play.visit();
    link.sendText('\u0003\u0000\u0000\u0000');
    await play.settle(link);
  },

  'TCP: handshake at the connector': greeting(hello, {kind: 'tcp'}),
  'TCP: two packages in one segment':
      saying(Buffer.concat([heartbeat, heartbeat]), {kind: 'tcp'}),
  'TCP: a package in many segments': async (play) => {
    const link = await play.visit({kind: 'tcp', to: 'gate'});
    for (const byte of request(1, query, {uid: 'amy'})) {
      link.send(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await play.settle(link);
  },
  'TCP: package type 0': saying(pack(0), {kind: 'tcp'}),
  'TCP: package type 6 after a heartbeat':
      saying(Buffer.concat([heartbeat, pack(6)]), {kind: 'tcp'}),
  'TCP: a kick of a client': saying(pack(types.kick), {kind: 'tcp'}),
  'TCP: data without body': saying(pack(types.data), {kind: 'tcp'}),
  'TCP: a route cut short': saying(pack(types.data, Buffer.from([0, 1, 200])), {kind: 'tcp'}),
};

for (const type of [4, 5, 6, 7]) {
  full[`a message of type ${type}`] = saying(data({flag: type << 1, body: '{}'}));
}

module.exports = {full, plain: {}};
