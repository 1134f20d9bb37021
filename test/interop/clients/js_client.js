// Adapter: npm's pomelo-jsclient-websocket, the browser's client, unmodified. Each connection gets
// a context of its own with the few things of a window that the client uses.
'use strict';

const fs = require('fs');
const vm = require('vm');
const {EventEmitter} = require('events');
const WebSocket = require('ws');
const protobuf = require('pomelo-protobuf');
const {watch} = require('./traffic');

const files = ['pomelo-protocol/lib/protocol.js', 'pomelo-jsclient-websocket/lib/pomelo-client.js'];
const scripts = files.map((file) => {
  return new vm.Script(fs.readFileSync(require.resolve(file), 'utf8'), {filename: file});
});

function makeWindow() {
  const stored = new Map();
  function WatchedSocket(url) {
    const socket = new WebSocket(url);
    window.traffic = watch(socket);
    return socket;
  }
  const window = {
    EventEmitter, WebSocket: WatchedSocket, protobuf, Uint8Array, ArrayBuffer,
    setTimeout, clearTimeout,
    console: {log() {}, error() {}},
    localStorage: {
      getItem: (key) => stored.get(key) || null,
      setItem: (key, value) => stored.set(key, value),
    },
  };
  window.window = window;
  window.module = {exports: {}};
  return window;
}

function connect(host, port, onPush) {
  const context = vm.createContext(makeWindow());
  for (const script of scripts) script.runInContext(context);
  const {pomelo} = context;
  for (const route of ['onAdd', 'onLeave', 'onChat']) {
    pomelo.on(route, (body) => onPush(route, plain(body)));
  }
  return new Promise((resolve, reject) => {
    pomelo.on('error', (text) => reject(new Error(text)));
    pomelo.on('io-error', reject);
    pomelo.init({host, port, user: {}}, () => resolve({
      request: (route, body) => new Promise((answer) => {
        pomelo.request(route, body, (result) => answer(plain(result)));
      }),
      notify: (route, body) => pomelo.notify(route, body),
      close: () => pomelo.disconnect(),
      traffic: context.traffic,
    }));
  });
}

// Objects made in the client's context have prototypes of their own; deepStrictEqual compares them.
const plain = (value) => JSON.parse(JSON.stringify(value));

module.exports = {connect};
