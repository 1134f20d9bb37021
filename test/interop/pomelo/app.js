// The chat of examples/chat as a Pomelo application: the same servers, routes, bodies and settings.
//
// INTEROP_VARIANT chooses the settings of the connector, as in chat_variants.cpp: "full" as the
// example has them, "rich" the same with the files of variants/rich, "plain" without dictionary and
// protobuf, with one second between heartbeats, a check of clients and a handshake of the
// application's own.
'use strict';

const pomelo = require('pomelo');
const {pick} = require('./app/pick');

// Pomelo hands its sockets an object where Node wants the name of an encoding or nothing.
const TcpSocket = require('pomelo/lib/connectors/hybrid/tcpsocket');
const {send} = TcpSocket.prototype;
TcpSocket.prototype.send = function sendBytes(bytes) { return send.call(this, bytes); };

const connector = pomelo.connectors.hybridconnector;
const exampleConfig = {
  connector, distinctHost: true, heartbeat: 3, useDict: true, useProtobuf: true,
};
const connectorConfigs = {
  full: exampleConfig,
  rich: exampleConfig,
  plain: {
    connector,
    distinctHost: true,
    heartbeat: 1,
    checkClient: (type) => type !== 'unwelcome',
    handshake: ({user}, next) => {
      if (user && user.refuse) next(new Error('as it asked'));
      else next(null, user && user.greet ? {hello: user.greet} : undefined);
    },
  },
};

const app = pomelo.createApp();
app.set('name', 'chat');
app.configure('all', 'gate', () => {
  app.set('connectorConfig', {connector, distinctHost: true, useProtobuf: true});
});
app.configure('all', 'connector', () => {
  app.set('connectorConfig', connectorConfigs[process.env.INTEROP_VARIANT || 'full']);
});
app.configure('all', () => {
  app.filter(pomelo.timeout());
  app.route('chat', (session, msg, {getServersByType}, next) => {
    next(null, pick(session.get('rid'), getServersByType.call(app, 'chat')).id);
  });
});
app.start();

// Every process ends with the one that started it.
process.stdin.on('end', () => process.exit()).resume();

// Malformed packages of clients end here; Pomelo's own template survives them in the same way.
process.on('uncaughtException', (error) => console.error('uncaught', error));
