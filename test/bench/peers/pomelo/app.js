// The application of the bench suite on the real Pomelo.
'use strict';

const pomelo = require('pomelo');
const {start} = require('../bench_server');

// Pomelo hands its sockets an object where Node wants the name of an encoding or nothing.
const TcpSocket = require('pomelo/lib/connectors/hybrid/tcpsocket');
const {send} = TcpSocket.prototype;
TcpSocket.prototype.send = function sendBytes(bytes) { return send.call(this, bytes); };

start(pomelo.createApp(), pomelo.connectors.hybridconnector);
