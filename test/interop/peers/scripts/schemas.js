// Bodies with schemas in both directions, and pushes by codes: the variant "rich".
'use strict';

const {data, request, flags, textFields: fields} = require('../wire');
const {hello, codes, greeting, saying, unordered} = require('./common');

const entering = (body) => saying(request(1, codes.enter, body), {answers: 1});
const bytes = (hex) => Buffer.from(hex.replace(/ /g, ''), 'hex');
const ann = (room) => fields('ann', room);

// Somebody in the room, to hear what is pushed.
const inRoom = (room, script) => unordered(async (play) => {
  const ann = await play.enter('ann', room);
  const bea = await play.enter('bea', room);
  await play.hear(ann, 2);
  await script(play, ann, bea);
});

const rich = {
  'rich: handshake': greeting(hello),
  'rich: handshake at the gate': greeting(hello, {to: 'gate'}),
  'rich: a room': inRoom('schemas', async (play, ann, bea) => {
    await play.ask(ann, request(2, codes.send, fields('Grüße, 聊天', '*')), 2);
    await play.hear(bea, 2);
    await play.ask(bea, data({flag: flags.notify, route: codes.send, body: fields('x', 'ann')}), 0);
    await play.hear(ann, 5);
    bea.close();
    await play.hear(ann, 6);
  }),
  'rich: a room, beyond the basic plane': inRoom('fruits', async (play, ann) => {
    await play.ask(ann, request(2, codes.send, fields('\u{1f34a}', '*')), 2);
  }),
  'rich: an answer without what its schema asks for': inRoom('again', async (play, ann) => {
    await play.ask(ann, request(2, codes.enter, fields('ann', 'again')));
  }),
  'rich: an error where the answer has no schema': inRoom('ghosts', async (play, ann) => {
    await play.ask(ann, request(2, codes.send, fields('x', 'ghost')));
  }),
  'rich: fields in another order': entering(bytes('12 01 72 0a 03 616e6e')),
  'rich: a field twice': entering(Buffer.concat([fields('bob'), ann('twice')])),
  'rich: a message inside':
      entering(Buffer.concat([ann('in'), bytes('1a 07 08 03 10 03 01 02 03')])),
  'rich: an empty message inside': entering(Buffer.concat([ann('hollow'), bytes('1a 00')])),
  'rich: a field that no schema knows': entering(Buffer.concat([ann('odd'), bytes('78 01')])),
  'rich: a body cut short': entering(ann('cut').subarray(0, 8)),
  'rich: a body that lacks a field': entering(fields('ann')),
  'rich: a body that is empty': entering(Buffer.alloc(0)),
  'rich: JSON where there is a schema': entering({username: 'ann', rid: 'json'}),
  'rich: a varint without end': entering(Buffer.alloc(20, 0xff)),
  'rich: a length beyond everything': entering(bytes('0a ffffffff0f 61')),
  'rich: a count beyond everything':
      entering(Buffer.concat([ann('count'), bytes('1a 06 10 ffffffff0f')])),
  'rich: a text that is not UTF-8': entering(bytes('0a 02 fffe 12 01 72')),
};

module.exports = {full: {}, plain: {}, rich};
