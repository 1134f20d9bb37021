// The application of the bench suite on the real Pomelo.
'use strict';

const pomelo = require('pomelo');
const {settings, start} = require('../bench_server');

// Pomelo hands its sockets an object where Node wants the name of an encoding or nothing.
const TcpSocket = require('pomelo/lib/connectors/hybrid/tcpsocket');
const {send} = TcpSocket.prototype;
TcpSocket.prototype.send = function sendBytes(bytes) { return send.call(this, bytes); };

const app = pomelo.createApp();
app.set('name', 'bench');
app.configure('production', 'gate|connector', () => {
  const useProtobuf = app.getServerType() === 'connector' && settings.useProtobuf;
  app.set('connectorConfig', {
    connector: pomelo.connectors.hybridconnector,
    distinctHost: true,
    setNoDelay: true,
    useDict: useProtobuf,
    useProtobuf,
    timeout: 3600,
  });
});
app.configure('production', () => {
  app.set('proxyConfig', {...settings.rpc});
  app.set('remoteConfig', {...settings.rpc});
});
start(app);
