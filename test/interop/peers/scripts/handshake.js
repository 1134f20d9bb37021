'use strict';

const {pack, request, handshake, ack, heartbeat, types} = require('../wire');
const {routes} = require('../play');
const {hello, query, versions, helloWith, greeting, saying} = require('./common');

const browser = {sys: {type: 'js-websocket', version: '0.0.1', rsa: {}, protoVersion: 0}, user: {}};

const full = {
  'handshake without versions': greeting(hello),
  'handshake with the right versions': greeting(helloWith(versions)),
  'handshake with wrong versions': greeting(helloWith({dictVersion: 'x', protoVersion: 'y'})),
  'handshake with the version of the dictionary only':
      greeting(helloWith({dictVersion: versions.dictVersion})),
  'handshake with the version of the schemas only':
      greeting(helloWith({protoVersion: versions.protoVersion})),
  'handshake with versions that are numbers':
      greeting(helloWith({dictVersion: 1, protoVersion: 2})),
  'handshake of a browser': greeting(browser),
  'handshake with an empty sys': greeting({sys: {}}),
  'handshake that asks for a session to come back to where there is none':
      greeting(helloWith({resume: {}}), {to: 'gate'}),
  'handshake at the gate, without dictionary and heartbeat': greeting(hello, {to: 'gate'}),
  'handshake without sys': greeting({user: {}}),
  'handshake with sys null': greeting({sys: null}),
  'handshake with a text as sys': greeting({sys: 'x'}),
  'handshake that is not JSON': greeting('{"sys":'),
  'handshake without body': greeting(''),
  'handshake that is an array': greeting('[]'),
  'handshake that is null': greeting('null'),
  'handshake with much for the application': greeting({...hello, user: {text: 'x'.repeat(2000)}}),

  'second handshake before the ack': async (play) => {
    const link = await play.shakeHands();
    link.send(handshake(hello), ack);
    await play.settle(link);
  },
  'second handshake after the ack': saying(handshake(hello)),
  'second ack': saying(ack),
  'ack with a body': async (play) => {
    const link = await play.shakeHands();
    link.send(pack(types.ack, '{}'));
    await play.settle(link);
  },
  'ack, data and heartbeat before the handshake': async (play) => {
    const link = await play.connect();
    link.send(ack, request(1, query, {uid: 'a'}), heartbeat, handshake(helloWith(versions)));
    await play.hear(link, 1);
    link.send(ack);
    await play.settle(link);
  },
  'more data before the ack than a hasty client sends': async (play) => {
    const link = await play.shakeHands({hello: helloWith(versions)});
    for (let i = 0; i < 20; i++) link.send(request(1, query, {uid: 'a'}));
    link.send(ack);
    await play.settle(link);
  },
  'data and heartbeat before the ack': async (play) => {
    const link = await play.shakeHands({hello: helloWith(versions)});
    link.send(request(1, routes.enter, {username: 'a', rid: 'early'}), heartbeat, ack);
    await play.settle(link);
  },
};

const plain = {
  'handshake without dictionary and schemas': greeting(hello),
  'handshake with versions of what is not there': greeting(helloWith(versions)),
  'handshake of a client that is not welcome': greeting(helloWith({type: 'unwelcome'})),
  'handshake that the application answers': greeting({...hello, user: {greet: 'friend'}}),
  'handshake that the application refuses': greeting({...hello, user: {refuse: true}}),
};

module.exports = {full, plain};
