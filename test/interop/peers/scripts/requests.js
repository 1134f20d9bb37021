'use strict';

const {data, message, pack, request, notify, types} = require('../wire');
const {routes} = require('../play');
const {query, codes, saying, asking, askingGate} = require('./common');

const amy = {uid: 'amy'};
const atGate = {to: 'gate'};

const full = {
  'gate asked by the text of the route': askingGate(request(1, query, amy)),
  'gate asked without uid': askingGate(request(1, query, {})),
  'gate asked with an unknown field': askingGate(request(1, query, {...amy, more: [1, null]})),
  'gate asked by a code though it has no dictionary': saying(request(1, codes.query, amy), atGate),
  'request with id 0': saying(request(0, query, amy), atGate),
  'two requests with one id':
      saying([request(7, query, amy), request(7, query, amy)], {...atGate, answers: 2}),
  'request with an id written longer than needed':
      askingGate(pack(types.data, Buffer.concat([
        Buffer.from([0, 0x81, 0x00]), message({flag: 0, route: query, body: amy}).subarray(1),
      ]))),

  'request with an id beyond 32 bits': saying(request(2 ** 32, query, amy), atGate),

  'enter by text and by code, and again': async (play) => {
    const link = await play.enter('amy', 'twice');
    await play.ask(link, request(2, codes.enter, {username: 'amy', rid: 'twice'}));
    const other = await play.visit();
    await play.ask(other, request(1, codes.enter, {username: 'amy', rid: 'twice'}));
    await play.ask(other, request(2, codes.enter, {username: 'bob', rid: 'twice'}));
    await play.hear(link, 3);
  },
  'enter another room from the same connection': async (play) => {
    const link = await play.enter('amy', 'first room');
    await play.ask(link, request(2, codes.enter, {username: 'amy', rid: 'second room'}));
  },
  'enter with nothing': asking(request(1, codes.enter, {})),
  'send before entering': asking(request(1, routes.send, {content: 'x', target: '*'})),
  'a request to the gate sent to the connector': asking(request(1, query, amy)),

  'body that is not JSON': askingGate(request(1, query, '{"uid":')),
  'body that is empty': askingGate(request(1, query, '')),
  'body that is null': askingGate(request(1, query, 'null')),
  'body that is a text': askingGate(request(1, query, '"amy"')),
  'body that is a number': askingGate(request(1, query, '5')),
  'body that is an array': askingGate(request(1, query, '[{"uid":"amy"}]')),
  'body with white space around': askingGate(request(1, query, ' {"uid" : "amy"}\n')),
  'body with something after it': askingGate(request(1, query, '{"uid":"amy"}x')),
  'body with a number for a text': askingGate(request(1, query, {uid: 5})),
  'body that is not UTF-8':
      askingGate(request(1, query, Buffer.from('{"uid":"\xff\xfe"}', 'latin1'))),
  'body in CESU-8, as browsers write it':
      askingGate(request(1, query, Buffer.from('{"uid":"\xed\xa0\xbd\xed\xb8\x80"}', 'latin1'))),

  'unknown server type': asking(request(1, 'nobody.entryHandler.enter')),
  'unknown handler': asking(request(1, 'connector.nobody.enter')),
  'unknown method': asking(request(1, 'connector.entryHandler.nothing')),
  'unknown handler on a backend': asking(request(1, 'chat.nobody.send')),
  'unknown method on a backend': asking(request(1, 'chat.chatHandler.nothing')),
  'a remote asked as a handler': asking(request(1, 'chat.chatRemote.add')),
  'a route of the master': asking(request(1, 'master.x.y')),
  'a route of two parts': asking(request(1, 'connector.enter')),
  'a route of four parts': asking(request(1, 'connector.entryHandler.enter.x')),
  'a route of dots': asking(request(1, '..')),
  'a route without a dot': saying(request(1, 'enter')),
  'an empty route': saying(request(1, '')),
  'a route of 255 bytes': asking(request(1, `connector.${'h'.repeat(243)}.m`)),
  'a route that is not UTF-8':
      asking(pack(types.data, Buffer.from('\x00\x01\x05a.\xff.b{}', 'latin1'))),
  'an inherited method': saying(request(1, 'connector.entryHandler.hasOwnProperty')),
  'the method constructor': saying(request(1, 'connector.entryHandler.constructor')),
  'the method constructor by notify': saying(notify('connector.entryHandler.constructor')),
  'the method constructor on a backend': saying(request(1, 'chat.chatHandler.constructor')),
  'the method __proto__': saying(request(1, 'connector.entryHandler.__proto__')),
  'an unknown code': saying(request(1, 999)),
  'code 0': saying(request(1, 0)),
  'notifies to nowhere': saying([
    notify('connector.entryHandler.nothing'), notify('no.no.no'), notify('chat.no.no'),
    notify('a.b'), notify('enter'), notify(999),
  ]),
  'a push of a client is taken for a notify': async (play) => {
    const link = await play.enter('amy', 'pusher');
    const words = {content: 'pushed', target: '*'};
    await play.ask(link, data({flag: 6, route: routes.send, body: words}));
  },
};

// No ids from 2^31 on: writing the answer to one, Pomelo's server loops for ever.
for (const id of [127, 128, 16383, 16384, 2097152, 268435456, 2 ** 31 - 1]) {
  full[`request with id ${id}`] = askingGate(request(id, query, amy));
}

const plain = {
  'gate asked, without dictionary': askingGate(request(1, query, amy)),
  'a code without dictionary': saying(request(1, codes.enter, {})),
};

module.exports = {full, plain};
