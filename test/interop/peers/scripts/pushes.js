'use strict';

const {request, notify} = require('../wire');
const {routes} = require('../play');
const {codes, unordered} = require('./common');

const words = (content, target = '*') => ({content, target, from: 'x', rid: 'y'});

// Amy says this to all in a room of her own.
const alone = (room, said) => unordered(async (play) => {
  const amy = await play.enter('amy', room);
  await play.ask(amy, request(2, codes.send, said), 2);
});

const meeting = (room, name) => async (play) => {
  const amy = await play.enter('amy', room);
  const other = await play.enter(name, room);
  await play.hear(amy, 2);
  other.close();
  await play.hear(amy, 3);
};

const full = {
  'two in a room': unordered(async (play) => {
    const amy = await play.enter('amy', 'pair');
    const bob = await play.enter('bob', 'pair');
    await play.hear(amy, 2);
    await play.ask(amy, request(2, codes.send, words('hello')), 2);
    await play.hear(bob, 2);
    await play.ask(bob, request(2, routes.send, words('only you', 'amy')));
    await play.hear(amy, 5);
    await play.ask(bob, notify(codes.send, words('by the way')));
    await play.hear(amy, 6);
    bob.close();
    await play.hear(amy, 7);
    await play.settle(amy);
  }),
  'who comes and goes has a name of many languages': meeting('names', 'ü 聊天 "q" \\ / \u0001\u007f'),
  'who comes and goes has a name beyond the basic plane': meeting('fruits', '\u{1f34a}'),
  'words in many languages': alone('tongues', words('Grüße, 聊天, "quoted" \\ and\nlines')),
  'words beyond the basic plane': alone('plane', words('\u{1f34a}')),
  'empty words': alone('empty', words('')),
  'long words': alone('long', words('long '.repeat(500))),
  'words that lack a field of the schema': alone('lack', {target: '*'}),
  'words to nobody': async (play) => {
    const amy = await play.enter('amy', 'nobody');
    await play.ask(amy, request(2, codes.send, words('x', 'ghost')));
  },
};

const plain = {
  'two in a room without dictionary and schemas': unordered(async (play) => {
    const amy = await play.enter('amy', 'pair');
    const bob = await play.enter('bob', 'pair');
    await play.hear(amy, 2);
    await play.ask(amy, request(2, routes.send, words('Grüße, 聊天 / "q"')), 2);
    await play.hear(bob, 2);
    bob.close();
    await play.hear(amy, 5);
    await play.settle(amy);
  }),
  'words beyond the basic plane as JSON': unordered(async (play) => {
    const amy = await play.enter('amy', 'plane');
    await play.ask(amy, request(2, routes.send, words('\u{1f34a}')), 2);
  }),
};

module.exports = {full, plain};
