// Where Shaddock is to differ from Pomelo, and why. Both records are given in full, so that neither
// may change unnoticed: script -> {reason, pomelo, shaddock}, lines as play.js writes them.
'use strict';

const strict = 'Nothing that a client library sends: it is refused with 1002 where Pomelo guesses.';
const wedges = 'Pomelo throws an uncaught error and stops reading.';
const wedged = `${wedges} Shaddock closes.`;
const typed = 'A body that does not fit the handler\'s type is answered with 400.';
const unanswered = 'Pomelo never answers this request; every request is answered.';
const wrongType = 'Both close at once; the close code says that the protocol was broken.';

const answer = (text) => [`a: data flag 04 id 1 ${text}`];
const refused = ['a: (closed 1002)'];
const ended = ['a: (closed 1000)'];
const deaf = ['a: (deaf)'];
const silence = ['a: (silence)'];
const beat = 'a: heartbeat';
const code400 = answer('{"code":400}');
const code500 = answer('{"code":500}');
const place = answer('{"code":200,"host":"127.0.0.1","port":PORT}');
const entered = answer('{"users":["amy"]}');

const unfit = 'A body that does not fit its schema is answered with 400.';
const coded400 = answer('hex 10a006');
const codedAnn = answer('hex 0a03616e6e');

const each = (names, difference) => Object.fromEntries(names.map((name) => [name, difference]));

const routeToCode = {
  'chat.chatHandler.send': 1, 'connector.entryHandler.enter': 2, 'gate.gateHandler.queryEntry': 3,
};
const codeToRoute = Object.fromEntries(Object.entries(routeToCode).map(([r, code]) => [code, r]));
const welcomeBack =
    'a: handshake {"code":200,"sys":{"heartbeat":3,"useDict":true,"useProto":true}}';
const text = (tag) => ({option: 'required', type: 'string', tag});
const onChat = {
  msg: text(1), from: text(2), target: text(3),
  __messages: {}, __tags: {1: 'msg', 2: 'from', 3: 'target'},
};
const welcome = `a: handshake ${JSON.stringify({
  code: 200,
  sys: {
    heartbeat: 3,
    dict: routeToCode, routeToCode, codeToRoute, dictVersion: 's2r1qfKDrbhWCkA6uf+PTA==',
    useDict: true,
    protos: {server: {onChat}, client: {}, version: '2zWPnSlRsRxjqgcU215Uxg=='},
    useProto: true,
  },
})}`;

module.exports = {
  'handshake with a text as sys': {
    reason: 'No client sends this; "sys" must be an object, as what is read from it stands in one.',
    pomelo: [welcome, beat],
    shaddock: ['a: handshake {"code":500}', ...ended],
  },

  'who sends data and no heartbeats': {
    reason: 'Any data is a sign of life: Pomelo cuts off clients that are busy and well.',
    pomelo: [...ended, ...Array(8).fill('b: heartbeat')],
    shaddock: [...silence, ...Array(8).fill('b: heartbeat')],
  },

  'more data before the ack than a hasty client sends': {
    reason: 'Both drop what comes before the ack; beyond 8 of them the client is closed.',
    pomelo: [welcomeBack, beat],
    shaddock: [welcomeBack, ...refused],
  },

  // ---- answers

  ...each(['body that is not JSON', 'body that is null', 'body that is a text',
    'body that is a number', 'body with something after it'],
  {reason: typed, pomelo: code500, shaddock: code400}),
  ...each(['body that is an array', 'body with a number for a text', 'body that is not UTF-8'],
          {reason: typed, pomelo: place, shaddock: code400}),
  'enter with nothing': {reason: `${typed} ${wedges}`, pomelo: deaf, shaddock: code400},
  'words that lack a field of the schema': {
    reason: `${typed} Pomelo pushes a body of no bytes, which some clients end the connection for.`,
    pomelo: [...entered, 'a: data flag 04 id 2 {}', 'a: data flag 06 route onChat (empty)'],
    shaddock: [...entered, 'a: data flag 04 id 2 {"code":400}'],
  },
  ...each(['a route of dots', 'an inherited method'],
          {reason: unanswered, pomelo: silence, shaddock: code500}),
  'enter another room from the same connection': {
    reason: 'A connection has one uid here; Pomelo keeps the first and puts both into rooms.',
    pomelo: [...entered, 'a: data flag 04 id 2 {"users":["amy"]}'],
    shaddock: [...entered, 'a: data flag 04 id 2 {"code":500}'],
  },

  // ---- bodies with a schema, in the variant whose answer has one, too: 10 a006 is {"code":400}

  ...each(['rich: a field that no schema knows', 'rich: a body that lacks a field',
    'rich: a body that is empty', 'rich: JSON where there is a schema',
    'rich: a varint without end', 'rich: a length beyond everything',
    'rich: a count beyond everything'],
  {reason: `${unfit} ${wedges}`, pomelo: deaf, shaddock: coded400}),
  ...each(['rich: a body cut short', 'rich: an empty message inside'],
          {reason: `${unfit} Pomelo does not look.`, pomelo: codedAnn, shaddock: coded400}),
  'rich: a text that is not UTF-8': {
    reason: `${unfit} Pomelo replaces what it cannot read.`,
    pomelo: answer('hex 0a06efbfbdefbfbd'),
    shaddock: coded400,
  },

  // ---- JSON

  'who comes and goes has a name beyond the basic plane': {
    reason: 'The same JSON value, escaped: Pomelo\'s browser client garbles the four bytes.',
    pomelo: [
      ...entered,
      'a: data flag 06 route onAdd {"route":"onAdd","user":"\u{1f34a}"}',
      'a: data flag 06 route onLeave {"route":"onLeave","user":"\u{1f34a}"}',
      'b: data flag 04 id 1 {"users":["amy","\u{1f34a}"]}',
      'b: (closed)',
    ],
    shaddock: [
      ...entered,
      'a: data flag 06 route onAdd {"route":"onAdd","user":"\\ud83c\\udf4a"}',
      'a: data flag 06 route onLeave {"route":"onLeave","user":"\\ud83c\\udf4a"}',
      'b: data flag 04 id 1 {"users":["amy","\\ud83c\\udf4a"]}',
      'b: (closed)',
    ],
  },
  'words beyond the basic plane as JSON': {
    reason: 'The same JSON value, escaped: Pomelo\'s browser client garbles the four bytes.',
    pomelo: [
      ...entered, 'a: data flag 04 id 2 {}',
      'a: data flag 06 route onChat {"msg":"\u{1f34a}","from":"amy","target":"*"}',
    ],
    shaddock: [
      ...entered, 'a: data flag 04 id 2 {}',
      'a: data flag 06 route onChat {"msg":"\\ud83c\\udf4a","from":"amy","target":"*"}',
    ],
  },

  // ---- what no client sends

  ...each(['a kick of a client', 'package type 0', 'package type 6', 'package type 255',
    'package type 6 before the handshake'],
  {reason: wrongType, pomelo: ended, shaddock: refused}),
  ...each(['a message of type 4', 'a message of type 5', 'a message of type 6',
    'a message of type 7', 'a response of a client'],
  {reason: strict, pomelo: silence, shaddock: refused}),
  'request with an id beyond 32 bits': {reason: strict, pomelo: silence, shaddock: refused},
  ...each(['the gzip bit', 'unused bits of the flag'],
          {reason: strict, pomelo: place, shaddock: refused}),
  ...each(['a package shorter than its length', 'a package of one byte'],
          {reason: strict, pomelo: [beat], shaddock: refused}),
  'a push of a client is taken for a notify': {
    reason: strict,
    pomelo: [...entered, 'a: data flag 06 route onChat hex 0a067075736865641203616d791a012a'],
    shaddock: [...entered, ...refused],
  },
  ...each(['data without body', 'a route cut short', 'an id without end', 'a code cut short',
    'a message of one byte'],
  {reason: wedged, pomelo: deaf, shaddock: refused}),
  ...each(['TCP: data without body', 'TCP: a route cut short'],
          {reason: wedged, pomelo: deaf, shaddock: ['a: (closed)']}),
  'two packages in one WebSocket message': {
    reason: 'Pomelo closes; Shaddock takes both, as clients do with what a server sends.',
    pomelo: ended,
    shaddock: [beat, beat],
  },
  'a byte after the package': {
    reason: 'Both close; the package before it has been answered by then.',
    pomelo: ended,
    shaddock: [beat, ...refused],
  },
  'an empty WebSocket message': {
    reason: 'It holds no package, and does no harm.',
    pomelo: ended,
    shaddock: silence,
  },
};
