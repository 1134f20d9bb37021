// A client over UDP: it proves its address, and then talks as over TCP, one package a datagram.
//
//   udp_test.js CHAT_VARIANTS_PROGRAM
'use strict';

const assert = require('assert');
const dgram = require('dgram');
const {perform, hello, routes} = require('./peers/play');
const {run} = require('./variant_story');
const {handshake, ack, heartbeat, request, notify, pack, unpack, describe} =
    require('./peers/wire');

const udpPort = 3080;
const patience = 2500;
const longest = 4096;
const withToken = (token) => handshake({...hello, sys: {...hello.sys, token}});

class UdpPeer {
  static async open(port) {
    const peer = new UdpPeer();
    Object.assign(peer, {heard: [], wake: () => {}, socket: dgram.createSocket('udp4')});
    peer.socket.on('message', (bytes) => {
      const {packages, rest} = unpack(bytes);
      assert.deepStrictEqual([packages.length, rest.length], [1, 0], 'one package in a datagram');
      peer.heard.push({...packages[0], size: bytes.length});
      peer.wake();
    });
    await new Promise((resolve) => peer.socket.connect(port, '127.0.0.1', resolve));
    return peer;
  }

  send(bytes) { this.socket.send(bytes); }

  // The next package, or undefined when none comes in time.
  async next(milliseconds = patience) {
    if (this.heard.length === 0) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.wake = () => { clearTimeout(timer); resolve(); };
      });
    }
    return this.heard.shift();
  }

  async ask(bytes) {
    this.send(bytes);
    const answer = await this.next();
    return answer && describe(answer);
  }

  // As `ask`, of the handshake's JSON.
  async greet(bytes) {
    this.send(bytes);
    const {type, body, size} = await this.next();
    assert.strictEqual(type, 1);
    return {...JSON.parse(body), size};
  }

  async prove() {
    const {code, sys} = await this.greet(handshake(hello));
    assert.strictEqual(code, 401);
    return sys.token;
  }

  close() { this.socket.close(); }
}

const isLeave = ({type, body}) => type === 4 && body.includes('onLeave');

async function arrive(port) {
  const peer = await UdpPeer.open(port);
  const {code} = await peer.greet(withToken(await peer.prove()));
  assert.strictEqual(code, 200);
  assert.strictEqual(await peer.ask(ack), 'heartbeat');
  return peer;
}

const steps = {
  'a stranger is given a token, in no more bytes than it sent': async ({port}) => {
    const peer = await UdpPeer.open(port);
    const question = handshake(hello);
    const answer = await peer.greet(question);
    assert.deepStrictEqual(Object.keys(answer), ['code', 'sys', 'size']);
    assert.strictEqual(answer.code, 401);
    assert.deepStrictEqual(Object.keys(answer.sys), ['token']);
    assert.ok(answer.size <= question.length, `${answer.size} bytes for ${question.length}`);
    peer.close();
  },

  'what is no handshake, or too short to be answered, is not answered': async ({port}) => {
    const peer = await UdpPeer.open(port);
    for (const bytes of [
      ack, heartbeat, request(1, routes.enter, {}), notify('a.b.c'), pack(5), pack(0), pack(9),
      Buffer.alloc(0), Buffer.from([1]), Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.concat([handshake(hello), heartbeat]), handshake(hello).subarray(0, 20),
      handshake(''), handshake('{"sys":{}}'), handshake({...hello, user: 'x'.repeat(longest)}),
    ]) peer.send(bytes);
    assert.strictEqual((await peer.greet(handshake(hello))).code, 401);
    assert.strictEqual(await peer.next(200), undefined);
    peer.close();
  },

  'a token of one address is worth nothing at another, nor is a changed one': async ({port}) => {
    const [one, other] = [await UdpPeer.open(port), await UdpPeer.open(port)];
    const token = await one.prove();
    assert.strictEqual((await other.greet(withToken(token))).code, 401);
    const changed = (token[0] === 'A' ? 'B' : 'A') + token.slice(1);
    assert.strictEqual((await one.greet(withToken(changed))).code, 401);
    assert.strictEqual((await one.greet(withToken(token))).code, 200);
    one.close();
    other.close();
  },

  'the handshake is answered as over WebSocket, again if it is repeated': async (story) => {
    const peer = await UdpPeer.open(story.port);
    const token = await peer.prove();
    const [shown] = await perform(async (play) => { await play.shakeHands(); }, story.cluster);
    for (let i = 0; i < 3; i++) {
      assert.strictEqual(`a: ${await peer.ask(withToken(token))}`, shown);
    }
    assert.strictEqual(await peer.ask(ack), 'heartbeat');
    for (let i = 0; i < 3; i++) assert.strictEqual(await peer.ask(heartbeat), 'heartbeat');
    peer.close();
  },

  'requests are answered, in the room of those who came by WebSocket': async (story) => {
    const peer = await arrive(story.port);
    const record = await perform(async (play) => {
      const amy = await play.enter('amy', 'udp');
      assert.strictEqual(await peer.ask(request(1, routes.enter, {username: 'uma', rid: 'udp'})),
                         'data flag 04 id 1 {"users":["amy","uma"]}');
      await play.hear(amy, 2);
      await play.ask(amy, request(2, routes.send, {content: 'hello', target: 'uma'}));
      assert.strictEqual(describe(await peer.next()),
                         'data flag 06 route onChat hex 0a0568656c6c6f1203616d791a03756d61');
      await peer.ask(request(2, routes.send, {content: 'there', target: 'amy'}));
      await play.hear(amy, 4);
      // The peer does not beat, and so it leaves.
      for (let i = 0; i < 12 && !amy.heard.some(isLeave); i++) {
        amy.send(heartbeat);
        await amy.until(() => amy.heard.some(isLeave), 500);
      }
    }, story.cluster);
    const pushes = record.filter((line) => line.includes(' route '));
    assert.deepStrictEqual(pushes, [
      'a: data flag 06 route onAdd {"route":"onAdd","user":"uma"}',
      'a: data flag 06 route onChat hex 0a0574686572651203756d611a03616d79',
      'a: data flag 06 route onLeave {"route":"onLeave","user":"uma"}',
    ]);
    peer.close();
  },

  'a request that leads nowhere is answered with 500': async ({port}) => {
    const peer = await arrive(port);
    assert.strictEqual(await peer.ask(request(3, 'a.b.c')), 'data flag 04 id 3 {"code":500}');
    peer.close();
  },

  'what is not one whole package is dropped, and the connection stays': async ({port}) => {
    const peer = await arrive(port);
    for (const bytes of [
      Buffer.alloc(0), Buffer.from([3]), Buffer.from([3, 0, 0, 1]),
      Buffer.concat([heartbeat, heartbeat]), Buffer.from('nonsense'),
    ]) peer.send(bytes);
    assert.strictEqual(await peer.ask(request(9, 'a.b.c')), 'data flag 04 id 9 {"code":500}');
    assert.strictEqual(await peer.ask(heartbeat), 'heartbeat');
    peer.close();
  },
};

run('udp', steps, {
  program: process.argv[2], variant: 'quick', firstOffset: 20600, udpPort,
});
