// The page's client comes back to its session after a drop: what it keeps account of, then all of
// it against a running chat, with a proxy that cuts its connection.
'use strict';

const assert = require('assert');
const {gate, nameOnConnector, order, roomOfRun} = require('./cluster');
const {CuttingProxy} = require('./cutting_proxy');
const {within} = require('./mailbox');
const pageClient = require('./clients/page_client');

const patience = 20000;
const routes = {enter: 'connector.entryHandler.enter', send: 'chat.chatHandler.send'};

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function askGate(name) {
  const visitor = await pageClient.connect(gate.host, gate.port, () => {});
  const place = await visitor.request('gate.gateHandler.queryEntry', {uid: name});
  visitor.close();
  return place;
}

// Somebody in a room; with a proxy before the connector, if asked for.
class Guest {
  static async enter(name, room, {proxied = false, resume = true} = {}) {
    const guest = new Guest();
    Object.assign(guest, {name, room, resume, words: [], presence: [], changes: [], proxy: null});
    const {port} = await askGate(name);
    if (proxied) guest.proxy = await CuttingProxy.before(port);
    await guest.connect(proxied ? guest.proxy.ownPort : port);
    return guest;
  }

  async connect(port) {
    const hear = (route, body) => this.hear(route, body);
    this.client = await pageClient.connect(gate.host, port, hear, {
      resume: this.resume,
      changed: (state) => this.changes.push([state, Date.now()]),
      elsewhere: () => this.elsewhere(),
    });
    const answer = await this.client.request(routes.enter, {username: this.name, rid: this.room});
    assert.ok(Array.isArray(answer.users), JSON.stringify(answer));
  }

  hear(route, body) {
    if (route === 'onChat') this.words.push(`${body.from}: ${body.msg}`);
    else this.presence.push(`${route} ${body.user}`);
  }

  // The proxy stays, what it stands before is another.
  async elsewhere() {
    const {port} = await askGate(this.name);
    if (!this.proxy) return `ws://${gate.host}:${port}`;
    this.proxy.port = port;
    return `ws://${gate.host}:${this.proxy.ownPort}`;
  }

  say(content) {
    const words = {rid: this.room, content, from: this.name, target: '*'};
    return this.client.request(routes.send, words);
  }

  saysOf(name) { return this.words.filter((line) => line.startsWith(`${name}: `)); }

  async until(holds, what) {
    const waiting = (async () => { while (!holds(this)) await pause(10); })();
    await within(patience, waiting, `${this.name}: ${what}`).catch((error) => {
      error.message += `\n${JSON.stringify({...this, client: undefined, proxy: undefined})}`;
      throw error;
    });
  }

  // The longest single absence, in milliseconds.
  get awayFor() {
    const times = this.changes.map(([, time]) => time);
    return Math.max(...times.map((time, i) => i % 2 ? time - times[i - 1] : 0));
  }

  times(state) { return this.changes.filter(([known]) => known === state).length; }

  leave() {
    this.client.close();
    this.proxy?.close();
  }
}

const numbered = (name, count) => Array.from({length: count}, (_, i) => `${name}: ${i}`);

// Each says so many things, some at a time; all that was asked must be answered well.
async function talk(guests, count, between) {
  for (let i = 0; i < count; i += 5) {
    const asked = [];
    for (const guest of guests) {
      for (let j = i; j < i + 5; j++) asked.push(guest.say(String(j)));
    }
    const answers = await within(patience, Promise.all(asked), 'answers');
    for (const answer of answers) assert.deepStrictEqual(answer, {});
    await between();
  }
}

const steps = {
  'what was sent is kept until it is acknowledged, and what comes is counted': async () => {
    const {Account} = await pageClient.loadResume();
    const account = new Account();
    assert.deepStrictEqual(account.request, {});
    assert.deepStrictEqual(account.agree({token: 'a', seconds: 9, resumed: false}), []);
    assert.deepStrictEqual(['x', 'y', 'z'].map((bytes) => account.keep(bytes)), [1, 2, 3]);
    account.receive('?');
    assert.deepStrictEqual(account.request, {token: 'a', received: 1});
    account.hear(Uint8Array.of(0, 0, 0, 1));
    account.hear(new Uint8Array(0));
    const again = (received) => {
      return account.agree({token: 'b', seconds: 9, resumed: true, received});
    };
    assert.deepStrictEqual(again(1), ['y', 'z']);
    assert.deepStrictEqual(again(0), ['y', 'z']);    // an old word changes nothing
    assert.deepStrictEqual(again(2), ['z']);
    assert.deepStrictEqual(again(3), []);
    assert.strictEqual(account.keep('w'), 4);
    assert.deepStrictEqual(again(3), ['w']);
    assert.deepStrictEqual([...account.tell()], [0, 0, 0, 1]);
  },

  'the server is told after 64 packages, or 16 KiB': async () => {
    const {Account} = await pageClient.loadResume();
    const account = new Account();
    const due = [];
    for (let i = 1; i <= 130; i++) {
      if (!account.receive({length: 9})) continue;
      due.push(i);
      account.tell();
    }
    assert.deepStrictEqual(due, [64, 128]);
    account.tell();
    assert.strictEqual(account.receive({length: 16383}), false);
    assert.strictEqual(account.receive({length: 1}), true);
  },

  'a connection that breaks again and again loses nothing and brings nothing twice': async () => {
    const room = roomOfRun('broken');
    const bob = await Guest.enter(nameOnConnector('bob', 1), room);
    const amy = await Guest.enter(nameOnConnector('amy', 0), room, {proxied: true});
    amy.proxy.bytesUntilCut = () => 1100 + Math.random() * 1200;
    amy.proxy.cut();
    await talk([amy, bob], 200, () => pause(20));
    amy.proxy.bytesUntilCut = () => Infinity;
    for (const guest of [amy, bob]) {
      await guest.until(() => guest.words.length >= 400, 'hears everything');
      for (const {name} of [amy, bob]) {
        assert.deepStrictEqual(guest.saysOf(name), numbered(name, 200), `what ${guest.name} heard`);
      }
    }
    assert.ok(amy.proxy.cuts > 5, `${amy.proxy.cuts} cuts`);
    console.log(`resume: ${amy.proxy.cuts} cuts, ${amy.proxy.connections} connections`);
    assert.deepStrictEqual(bob.presence, [`onAdd ${amy.name}`]);
    assert.strictEqual(bob.times('away'), 0);
    amy.leave();
    bob.leave();
  },

  'what is said meanwhile is heard on return, and so is what others said': async () => {
    const room = roomOfRun('apart');
    const bob = await Guest.enter(nameOnConnector('bob', 1), room, {resume: false});
    const amy = await Guest.enter(nameOnConnector('amy', 0), room, {proxied: true});
    amy.proxy.refusing = true;
    amy.proxy.cut();
    await amy.until(() => amy.times('away') === 1, 'is away');
    const said = [0, 1, 2].map((i) => amy.say(String(i)));
    for (const i of [0, 1, 2]) assert.deepStrictEqual(await bob.say(String(i)), {});
    assert.deepStrictEqual(amy.words, []);
    assert.strictEqual(amy.times('back'), 0);
    amy.proxy.refusing = false;
    assert.deepStrictEqual(await within(patience, Promise.all(said), 'answers'), [{}, {}, {}]);
    await amy.until(() => amy.words.length === 6, 'hears everything');
    assert.deepStrictEqual(amy.words, [...numbered(bob.name, 3), ...numbered(amy.name, 3)]);
    await bob.until(() => bob.words.length === 6, 'hears everything');
    assert.deepStrictEqual(bob.words, amy.words);
    amy.leave();
    await bob.until(() => bob.presence.length === 2, 'hears her leave');
    assert.deepStrictEqual(bob.presence, [`onAdd ${amy.name}`, `onLeave ${amy.name}`]);
    bob.leave();
  },

  'who leaves on purpose is gone at once, who is lost when the time is over': async () => {
    const room = roomOfRun('lost');
    const bob = await Guest.enter(nameOnConnector('bob', 1), room);
    const amy = await Guest.enter(nameOnConnector('amy', 0), room);
    const cat = await Guest.enter(nameOnConnector('cat', 2), room, {proxied: true});
    amy.leave();
    await bob.until(() => bob.presence.includes(`onLeave ${amy.name}`), 'hears her leave');
    cat.proxy.refusing = true;
    cat.proxy.cut();
    const gone = cat.client.closed.then(({reason}) => reason);
    await assert.rejects(cat.say('anybody?'), /connection lost/);
    assert.strictEqual(await gone, 'connection lost');
    await bob.until(() => bob.presence.includes(`onLeave ${cat.name}`), 'hears the other go');
    bob.leave();
    cat.leave();
  },

  'where the server keeps no session, a drop is the end': async () => {
    const proxy = await CuttingProxy.before(gate.port);
    const options = {resume: true, changed: () => assert.fail('it may not come back')};
    const visitor = await pageClient.connect(gate.host, proxy.ownPort, () => {}, options);
    const answer = await visitor.request('gate.gateHandler.queryEntry', {uid: 'amy'});
    assert.strictEqual(answer.code, 200);
    proxy.cut();
    const {reason} = await within(patience, visitor.closed, 'the end');
    assert.strictEqual(reason, 'connection lost');
    assert.strictEqual(proxy.connections, 1);
    proxy.close();
  },

  'all connectors are restarted in turn: everybody is back in the same session': async () => {
    if (!order) return console.log('resume: skipped: nobody may give orders here');
    const room = roomOfRun('moved');
    const names = Array.from({length: 12}, (_, i) => nameOnConnector(`guest${i}-`, i));
    const guests = [];
    for (const name of names) guests.push(await Guest.enter(name, room));
    let restarted = false;
    const restart = order('restart', '-t', 'connector', '--rolling').finally(() => {
      restarted = true;
    });
    const counts = new Map(names.map((name) => [name, 0]));
    const talkOn = async (guest) => {
      while (!restarted) {
        const number = counts.get(guest.name);
        counts.set(guest.name, number + 1);
        assert.deepStrictEqual(await guest.say(String(number)), {});
        await pause(20);
      }
    };
    await Promise.all(guests.map(talkOn));
    await restart;
    const said = [...counts.values()].reduce((sum, count) => sum + count);
    for (const guest of guests) {
      await guest.until(() => guest.words.length >= said, 'hears everything');
      for (const [name, count] of counts) {
        assert.deepStrictEqual(guest.saysOf(name), numbered(name, count), `of ${name}`);
      }
      assert.ok(guest.times('back') > 0);
      assert.ok(guest.presence.every((what) => what.startsWith('onAdd')), String(guest.presence));
    }
    const times = guests.map((guest) => guest.awayFor).join(', ');
    console.log(`resume: ${said} words to ${guests.length} each; away for ${times} ms`);
    guests.forEach((guest) => guest.leave());
  },

  'a session whose connector was killed is said to be lost, and the name is free': async () => {
    if (!order) return console.log('resume: skipped: nobody may give orders here');
    const room = roomOfRun('killed');
    const name = nameOnConnector('amy', 0);
    const amy = await Guest.enter(name, room);
    const {port} = await askGate(name);
    await order('kill', `connector-server-${port % 1000 % 50 + 1}`);
    const {reason} = await within(patience, amy.client.closed, 'the end of the session');
    assert.match(reason, /^(session|connection) lost$/);  // as it is back in time or not
    const again = await Guest.enter(name, room);
    assert.deepStrictEqual(await again.say('here'), {});
    again.leave();
  },
};

async function main() {
  let passed = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      console.error(`resume: FAILED: ${name}\n${error.stack}`);
      process.exit(1);
    }
    console.log(`resume: ok: ${name}`);
    passed++;
  }
  console.log(`resume: ${passed} passed, 0 failed`);
  process.exit(0);
}

main();
