// The chat, told once for every client: each client library brings an adapter with
//
//   connect(host, port, onPush) -> Promise of a client
//   client: request(route, body) -> Promise of the answer, notify(route, body), close(), and
//           traffic, which counts what came and went (clients/traffic.js)
//
// where onPush(route, body) hears every push. The story needs a running chat cluster.
'use strict';

const assert = require('assert');
const {gate, connectorCount, nameOnConnector, roomOfRun} = require('./cluster');
const {Mailbox, within} = require('./mailbox');

const patience = 5000;
const twoHeartbeatTimeouts = 13000;   // the chat's connectors beat every 3 s and time out after 6
const routes = {
  query: 'gate.gateHandler.queryEntry',
  enter: 'connector.entryHandler.enter',
  send: 'chat.chatHandler.send',
};

// One person: a name, a connection to the connector the gate named, and what was heard on it.
class Person {
  static async arrive(adapter, name) {
    const {host, port} = await askGate(adapter, {uid: name});
    return Person.at(adapter, name, host, port);
  }

  static async at(adapter, name, host, port) {
    const person = new Person();
    person.name = name;
    person.place = {host, port};
    person.mail = new Mailbox(name);
    person.client = await within(patience, adapter.connect(host, port, (route, body) => {
      person.mail.put(route, body);
    }), `${name}'s connection to ${host}:${port}`);
    return person;
  }

  ask(route, body) {
    const answer = this.client.request(route, body);
    return within(patience, answer, `the answer to ${route} for ${this.name}`);
  }

  enter(room, name = this.name) { return this.ask(routes.enter, {username: name, rid: room}); }

  say(content, target = '*') {
    return this.ask(routes.send, {rid: this.room, content, from: this.name, target});
  }

  async join(room, expected) {
    this.room = room;
    const answer = await this.enter(room);
    assert.deepStrictEqual([...answer.users].sort(), [...expected].sort());
    assert.strictEqual('code' in answer, false);
  }

  leave() { this.client.close(); }
}

async function askGate(adapter, question) {
  const visitor = await Person.at(adapter, 'visitor', gate.host, gate.port);
  const answer = await visitor.ask(routes.query, question);
  visitor.leave();
  return answer;
}

const added = (user) => ['onAdd', {user}];
const left = (user) => ['onLeave', {user}];
const chat = (from, msg, target = '*') => ['onChat', {msg, from, target}];

const steps = {
  'the gate names a connector, and the same one for the same name': async ({adapter}) => {
    const ports = new Map();
    for (let index = 0; index < connectorCount; index++) {
      for (const stem of ['ann', 'ben']) {
        const answer = await askGate(adapter, {uid: nameOnConnector(stem, index)});
        assert.strictEqual(answer.code, 200);
        assert.strictEqual(typeof answer.host, 'string');
        assert.strictEqual(ports.get(index) || answer.port, answer.port);
        ports.set(index, answer.port);
      }
    }
    assert.strictEqual(new Set(ports.values()).size, connectorCount);
  },

  'a question to the gate without a name is refused': async ({adapter}) => {
    const answer = await askGate(adapter, {});
    assert.ok(answer.code >= 400, JSON.stringify(answer));
  },

  'somebody waits in a quiet room to show later that heartbeats keep a client': async (story) => {
    story.quiet = await Person.arrive(story.adapter, nameOnConnector('quiet', 0));
    await story.quiet.join(`${story.room}-quiet`, [story.quiet.name]);
    story.quietSince = Date.now();
  },

  'sending before entering is answered with 500': async ({adapter}) => {
    const stranger = await Person.arrive(adapter, 'stranger');
    assert.strictEqual((await stranger.say('hello')).code, 500);
    stranger.leave();
  },

  'unknown routes are answered with 500 and end nothing': async ({adapter}) => {
    const stranger = await Person.arrive(adapter, 'stranger');
    const unknown = ['connector.entryHandler.no', 'connector.noHandler.enter', 'no.noHandler.no'];
    for (const route of unknown) {
      assert.strictEqual((await stranger.ask(route, {})).code, 500, route);
    }
    stranger.leave();
  },

  'two people enter one room by different connectors, and the first hears it': async (story) => {
    story.amy = await Person.arrive(story.adapter, nameOnConnector('amy', 0));
    story.bob = await Person.arrive(story.adapter, nameOnConnector('bob', 1));
    if (connectorCount > 1) assert.notDeepStrictEqual(story.amy.place, story.bob.place);
    await story.amy.join(story.room, [story.amy.name]);
    await story.bob.join(story.room, [story.amy.name, story.bob.name]);
    await story.amy.mail.expect(added(story.bob.name));
  },

  'words to all reach all, the sender too': async ({amy, bob}) => {
    assert.deepStrictEqual(await amy.say('hello all'), {});
    await amy.mail.expect(chat(amy.name, 'hello all'));
    await bob.mail.expect(chat(amy.name, 'hello all'));
  },

  'words to one reach that one only': async ({amy, bob}) => {
    assert.deepStrictEqual(await amy.say('for you alone', bob.name), {});
    assert.deepStrictEqual(await bob.say('heard'), {});
    await bob.mail.expect(chat(amy.name, 'for you alone', bob.name), chat(bob.name, 'heard'));
    await amy.mail.expect(chat(bob.name, 'heard'));
  },

  'a notify is heard like a request, and has no answer': async ({amy, bob}) => {
    const words = {rid: amy.room, content: 'by the way', from: amy.name, target: '*'};
    amy.client.notify(routes.send, words);
    await amy.mail.expect(chat(amy.name, 'by the way'));
    await bob.mail.expect(chat(amy.name, 'by the way'));
  },

  'the sender is who entered, whatever the message claims': async ({amy, bob}) => {
    await amy.ask(routes.send, {rid: 'elsewhere', content: 'me', from: 'someone', target: '*'});
    await amy.mail.expect(chat(amy.name, 'me'));
    await bob.mail.expect(chat(amy.name, 'me'));
  },

  'a name that is taken in the room is refused, and disturbs nobody': async (story) => {
    const {adapter, amy, bob} = story;
    const second = await Person.arrive(adapter, amy.name);
    assert.deepStrictEqual(await second.enter(amy.room), {code: 500, error: true});
    assert.deepStrictEqual(await amy.enter(amy.room), {code: 500, error: true});
    second.leave();
    await bob.say('still here');
    await amy.mail.expect(chat(bob.name, 'still here'));
    await bob.mail.expect(chat(bob.name, 'still here'));
  },

  'the same name in another room is another person': async (story) => {
    const other = await Person.arrive(story.adapter, story.amy.name);
    await other.join(`${story.room}-other`, [story.amy.name]);
    other.leave();
  },

  'words to somebody who is not in the room are answered with 500': async ({amy}) => {
    assert.strictEqual((await amy.say('anybody?', 'nobody')).code, 500);
  },

  'ten messages in flight arrive in the order they were sent': async ({amy, bob}) => {
    const texts = Array.from({length: 10}, (_, i) => `message ${i}`);
    await Promise.all(texts.map((text) => amy.say(text)));
    const wanted = texts.map((text) => chat(amy.name, text));
    await amy.mail.expect(...wanted);
    await bob.mail.expect(...wanted);
  },

  'text of many languages arrives as it was written': async ({amy, bob}) => {
    const text = 'Grüße, 聊天, "quoted" \\ and\nlines';
    await amy.say(text);
    await amy.mail.expect(chat(amy.name, text));
    await bob.mail.expect(chat(amy.name, text));
  },

  'who leaves is announced, and the name is free again': async (story) => {
    const {amy, bob} = story;
    bob.leave();
    await amy.mail.expect(left(bob.name));
    story.bob = await Person.at(story.adapter, bob.name, bob.place.host, bob.place.port);
    await story.bob.join(amy.room, [amy.name, bob.name]);
    await amy.mail.expect(added(bob.name));
  },

  'heartbeats keep a silent client': async ({quiet, quietSince}) => {
    const rest = quietSince + twoHeartbeatTimeouts - Date.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, rest)));
    assert.deepStrictEqual(await quiet.say('still awake'), {});
    await quiet.mail.expect(chat(quiet.name, 'still awake'));
  },

  'characters beyond the basic plane survive': async ({amy, bob}) => {
    await bob.say('a fruit \u{1f34a} and \u{1d11e}');
    await bob.mail.expect(chat(bob.name, 'a fruit \u{1f34a} and \u{1d11e}'));
    await amy.mail.expect(chat(bob.name, 'a fruit \u{1f34a} and \u{1d11e}'));
  },

  'routes travelled as codes, and words as protobuf': async ({adapter, amy, bob}) => {
    for (const {client: {traffic}} of [amy, bob]) {
      const [used, unused] = adapter.codes === false ? ['text', 'coded'] : ['coded', 'text'];
      assert.ok(traffic.sent[used] > 0 && traffic.sent[unused] === 0, JSON.stringify(traffic.sent));
      const {onAdd, onLeave, onChat} = Object.fromEntries(traffic.heard);
      assert.ok(onChat.protobuf > 0 && onChat.json === 0, JSON.stringify(onChat));
      for (const kinds of [onAdd, onLeave]) assert.strictEqual(kinds ? kinds.protobuf : 0, 0);
    }
  },

  'nobody heard anything else': async ({amy, bob, quiet}) => {
    for (const person of [amy, bob, quiet]) {
      person.mail.expectNothingMore();
      person.leave();
    }
  },
};

// Runs the story, then `more`: steps of the client's own, by name.
async function run(title, adapter, more = {}) {
  const story = {adapter, room: roomOfRun(title), Person, chat};
  let passed = 0;
  for (const [name, step] of Object.entries({...steps, ...more})) {
    try {
      await step(story);
    } catch (error) {
      console.error(`${title}: FAILED: ${name}\n${error.stack}`);
      process.exit(1);
    }
    console.log(`${title}: ok: ${name}`);
    passed++;
  }
  console.log(`${title}: ${passed} passed, 0 failed`);
  process.exit(0);
}

module.exports = {run};
