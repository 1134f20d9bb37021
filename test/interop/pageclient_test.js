// The client of the chat's own page: its bytes against Pomelo's, then the whole chat.
'use strict';

const assert = require('assert');
const {Package, Message, strencode} = require('pomelo-protocol');
const pageClient = require('./clients/page_client');

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const body = {content: 'Grüße \u{1f34a}', target: '*'};

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
    const notify = (route, codes) => encodeMessage({type: MessageType.notify, route, body}, codes);
    assert.strictEqual(hex(notify('a.b.c', {'a.b.c': 258})),
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
    assert.deepStrictEqual(decodeMessage(Message.encode(0, 3, 1, 7, json), {7: 'onChat'}), push);
    assert.throws(() => decodeMessage(Uint8Array.from([4, 0x80])), RangeError);
    assert.throws(() => decodeMessage(Uint8Array.from([6, 9, 65])), RangeError);
  },
});
