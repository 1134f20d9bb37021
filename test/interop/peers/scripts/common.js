// Pieces of which most scripts are made, and what they share.
'use strict';

const {handshake, ack} = require('../wire');
const {hello} = require('../play');

const query = 'gate.gateHandler.queryEntry';
const versions = {
  dictVersion: 's2r1qfKDrbhWCkA6uf+PTA==', protoVersion: '2zWPnSlRsRxjqgcU215Uxg==',
};
const codes = {send: 1, enter: 2, query: 3};

const helloWith = (more) => ({...hello, sys: {...hello.sys, ...more}});

// Shakes hands with this body, and looks whether the connection works then.
const greeting = (body, options = {}) => async (play) => {
  const link = await play.connect(options);
  link.send(handshake(body));
  if (await play.hear(link, 1)) link.send(ack);
  await play.settle(link);
};

// A client that is past its ack sends these packages, and hears so many answers, before `settle`.
const saying = (packages, {answers = 0, ...options} = {}) => async (play) => {
  const link = await play.visit(options);
  link.send(...[].concat(packages));
  await play.hear(link, answers);
  await play.settle(link);
};

const asking = (bytes, options = {}) => saying(bytes, {answers: 1, ...options});
const askingGate = (bytes) => asking(bytes, {to: 'gate'});

// What one connection hears may come in any order, as an answer and a push may.
const unordered = (script) => Object.assign(script, {unordered: true});

module.exports = {
  hello, query, versions, codes, helloWith, greeting, saying, asking, askingGate, unordered,
};
