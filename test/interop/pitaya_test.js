// A Pitaya client at a chat that compresses: the dialect, point by point. Pomelo's clients beside
// it notice nothing.
//
//   pitaya_test.js CHAT_VARIANTS_PROGRAM
'use strict';

const assert = require('assert');
const zlib = require('zlib');
const {PitayaClient, hello} = require('./clients/pitaya_client');
const wire = require('./peers/wire');
const {RawLink} = require('./peers/raw_link');
const {run} = require('./variant_story');

const dict = {
  'chat.chatHandler.send': 1, 'connector.entryHandler.enter': 2, 'gate.gateHandler.queryEntry': 3,
};
const greetings = {
  plain: JSON.stringify(hello),
  zlib: zlib.deflateSync(JSON.stringify(hello)),
  'zlib without compression': zlib.deflateSync(JSON.stringify(hello), {level: 0}),
  'zlib at its best': zlib.deflateSync(JSON.stringify(hello), {level: 9}),
  gzip: zlib.gzipSync(JSON.stringify(hello)),
};
const withUser = (user) => JSON.stringify({...hello, user});
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isError = (answer, code) => {
  assert.strictEqual(answer.flag & ~0x10, 0x24, `flag ${answer.flag}`);
  assert.strictEqual(answer.body.code, code);
  assert.strictEqual(typeof answer.body.msg, 'string');
};

const steps = {
  'the handshake is answered in the dialect, packed as it came': async ({port}) => {
    for (const [name, greeting] of Object.entries(greetings)) {
      const client = await PitayaClient.connect(port, {greeting});
      const expected = {code: 200, sys: {heartbeat: 1, dict, serializer: 'json'}};
      assert.deepStrictEqual(client.reply, expected, name);
      assert.strictEqual(client.replyIsZlib, name !== 'plain', name);
      assert.strictEqual((await client.request('connector.nobody.x', {})).error, true);
      client.close();
    }
  },

  'a handshake that is no zlib after all is refused': async ({port}) => {
    const client = await PitayaClient.open(port, {greeting: Buffer.from([0x78, 0x9c, 1, 2, 3])});
    assert.notStrictEqual((client.reply || {}).code, 200);
    await client.link.until(() => client.link.end !== undefined);
    assert.notStrictEqual(client.link.end, undefined);
  },

  'who is refused is told 400 and closed': async ({port}) => {
    const client = await PitayaClient.open(port, {greeting: withUser({refuse: true})});
    assert.strictEqual(client.reply.code, 400);
    assert.strictEqual(client.reply.sys.serializer, 'json');
    await client.link.until(() => client.link.end !== undefined);
    assert.strictEqual(client.link.end, 'closed 1000');
  },

  'data before the ack closes the connection': async ({port}) => {
    const client = await PitayaClient.open(port);
    client.link.send(wire.request(1, 'entryHandler.enter', {}));
    await client.link.until(() => client.link.end !== undefined);
    assert.match(String(client.link.end), /^closed/);
    assert.strictEqual(client.link.heard.length, 1);
  },

  'a route of two parts is one of the frontend': async (story) => {
    const {gatePort} = story.cluster;
    story.pia = await PitayaClient.connect(story.port);
    const answer = await story.pia.request('entryHandler.enter', {username: 'pia', rid: 'r'});
    assert.deepStrictEqual(answer, {flag: 4, error: false, zlib: false, body: {users: ['pia']}});
    const gate = await PitayaClient.connect(gatePort);
    const {body} = await gate.request('gateHandler.queryEntry', {uid: 'pia'});
    assert.deepStrictEqual(body, {code: 200, host: '127.0.0.1', port: story.port});
    gate.close();
  },

  'a route of three parts leads to other servers, as text or as code': async ({pia}) => {
    for (const route of ['chat.chatHandler.send', dict['chat.chatHandler.send']]) {
      const answer = await pia.request(route, {content: 'hello', target: '*'});
      assert.deepStrictEqual([answer.error, answer.body], [false, {}]);
    }
  },

  'pushes are JSON, and their routes text': async ({pia}) => {
    const push = await pia.push(2);
    const body = {msg: 'hello', from: 'pia', target: '*'};
    assert.deepStrictEqual(push, {route: 'onChat', flag: 6, error: false, zlib: false, body});
  },

  'long bodies travel as zlib, both ways': async ({pia}) => {
    const content = 'the same again '.repeat(40);
    const words = {content, target: '*'};
    assert.strictEqual((await pia.request('chat.chatHandler.send', words, {deflated: true})).error,
                       false);
    const push = await pia.push(3);
    assert.deepStrictEqual([push.flag, push.body.msg], [0x16, content]);
  },

  'errors have the bit and a code of Pitaya': async ({pia}) => {
    isError(await pia.request('nobody.entryHandler.enter', {}), 'PIT-404');
    isError(await pia.request('connector.nobody.enter', {}), 'PIT-404');
    isError(await pia.request('entryHandler.nothing', {}), 'PIT-404');
    isError(await pia.request('chat.chatHandler.nothing', {}), 'PIT-404');
    isError(await pia.request('a.b.c.d', {}), 'PIT-400');
    const words = {content: 'x', target: 'nobody'};
    isError(await pia.request('chat.chatHandler.send', words), 'PIT-500');
    isError(await pia.request('entryHandler.enter', null, {text: '{"username":'}), 'PIT-400');
    isError(await pia.request('entryHandler.enter', null, {text: '{"username":5}'}), 'PIT-400');
  },

  'what an error says beyond its code is metadata': async ({port}) => {
    const second = await PitayaClient.connect(port);
    const answer = await second.request('entryHandler.enter', {username: 'pia', rid: 'r'});
    isError(answer, 'PIT-500');
    assert.deepStrictEqual(answer.body.metadata, {error: 'true'});
    second.close();
  },

  'a body that says zlib and is not is an error': async ({port}) => {
    const client = await PitayaClient.connect(port);
    const flag = 0x10;
    client.link.send(wire.data({flag, id: 1, route: 'entryHandler.enter', body: 'no zlib'}));
    await client.link.until(() => client.take().answers.has(1));
    if (client.link.end === undefined) isError(client.answers.get(1), 'PIT-400');
    client.close();
  },

  'who sends data needs no heartbeats, who sends nothing is closed': async ({port}) => {
    const [talker, silent] = [await PitayaClient.connect(port), await PitayaClient.connect(port)];
    for (let i = 0; i < 8; i++) {
      await talker.request('entryHandler.nothing', {});
      await pause(500);
    }
    assert.strictEqual(talker.link.end, undefined);
    assert.match(String(silent.link.end), /^closed/);
    talker.close();
  },

  'raw TCP speaks the dialect, too': async ({port}) => {
    const client = await PitayaClient.connect(port, {kind: 'tcp', greeting: greetings.zlib});
    assert.strictEqual(client.reply.sys.serializer, 'json');
    const {body} = await client.request('entryHandler.enter', {username: 'tcp', rid: 'tcp'});
    assert.deepStrictEqual(body, {users: ['tcp']});
    client.close();
  },

  'a client of Pomelo beside it notices nothing': async ({port}) => {
    const link = await RawLink.open('ws', port);
    link.send(wire.handshake({sys: {type: 'x', version: '1', libVersion: '0.3.5'}, user: {}}));
    await link.until(() => link.heard.length > 0);
    const {code, sys} = JSON.parse(link.heard[0].body);
    assert.deepStrictEqual([code, sys.useDict, sys.useProto], [200, true, true]);
    assert.strictEqual('serializer' in sys, false);
    link.send(wire.ack, wire.request(1, 'entryHandler.enter', {}), wire.request(2, 'a.b.c', {}));
    await link.until(() => link.heard.length > 3);
    assert.deepStrictEqual(link.heard.slice(1).map(wire.describe),
                           ['heartbeat', 'data flag 04 id 1 {"code":500}',
                            'data flag 04 id 2 {"code":500}']);
    link.close();
  },
};

run('pitaya', steps, {program: process.argv[2], variant: 'pitaya', firstOffset: 20400});
