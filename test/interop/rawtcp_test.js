// The chat over raw TCP, and the freedom TCP takes with the borders of packages.
'use strict';

const assert = require('assert');
const rawTcp = require('./clients/raw_tcp_client');
const {gate, nameOnConnector} = require('./cluster');

const query = 'gate.gateHandler.queryEntry';
const enter = 'connector.entryHandler.enter';
const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

async function writeBytewise(client, bytes) {
  for (const byte of bytes) {
    client.write(Buffer.from([byte]));
    await pause();
  }
}

require('./scenario').run('rawtcp', rawTcp, {
  'a request written byte by byte is answered': async () => {
    const client = await rawTcp.connect(gate.host, gate.port, () => {});
    const {bytes, answer} = client.prepare(query, {uid: 'amy'});
    await writeBytewise(client, bytes);
    assert.strictEqual((await answer).code, 200);
    client.close();
  },

  'the ack and two requests in one segment are answered, each once': async () => {
    const client = await rawTcp.connectUnacknowledged(gate.host, gate.port, () => {});
    const first = client.prepare(query, {uid: 'amy'});
    const second = client.prepare(query, {uid: 'bob'});
    client.write(Buffer.concat([Buffer.from([2, 0, 0, 0]), first.bytes, second.bytes]));
    assert.deepStrictEqual([(await first.answer).code, (await second.answer).code], [200, 200]);
    client.close();
  },

  'a package cut inside its head and its body goes on where it was cut': async (story) => {
    const {adapter, Person, room} = story;
    const person = await Person.arrive(adapter, 'cutter');
    const {bytes, answer} = person.client.prepare(enter, {username: 'cutter', rid: `${room}-cut`});
    for (const [from, to] of [[0, 2], [2, 9], [9, bytes.length]]) {
      person.client.write(bytes.subarray(from, to));
      await pause();
    }
    assert.deepStrictEqual(await answer, {users: ['cutter']});
    person.leave();
  },

  // A client may ask any connector, whatever the gate says.
  'who was refused speaks for nobody, and may still come by another name': async (story) => {
    const {adapter, Person, room} = story;
    const rid = `${room}-refused`;
    const bob = await Person.arrive(adapter, nameOnConnector('bob', 0));
    await bob.join(rid, [bob.name]);
    const port = bob.place.port + 1;  // the next connector of the list
    const other = await Person.at(adapter, bob.name, bob.place.host, port);
    assert.deepStrictEqual(await other.enter(rid), {code: 500, error: true});
    assert.strictEqual((await other.say('I am Bob')).code, 500);
    const welcome = await other.enter(rid, 'eve');
    assert.deepStrictEqual(welcome.users.sort(), [bob.name, 'eve'].sort());
    other.leave();
    bob.leave();
  },
});
