// Adapter: npm's pomelo-nodejsclient-websocket, unmodified.
'use strict';

const Pomelo = require('pomelo-nodejsclient-websocket');
const {watch} = require('./traffic');

const silent = {debug() {}, info() {}, warn() {}, error() {}, trace() {}};

function connect(host, port, onPush) {
  const pomelo = new Pomelo({logger: silent});
  for (const route of ['onAdd', 'onLeave', 'onChat']) {
    pomelo.on(route, (body) => onPush(route, body));
  }
  return new Promise((resolve, reject) => {
    pomelo.on('error', (text) => reject(new Error(text)));
    pomelo.on('io-error', reject);
    let traffic;
    pomelo.init({host, port, user: {}}, () => resolve({
      request: (route, body) => new Promise((answer, fail) => {
        pomelo.request(route, body, (error, result) => (error ? fail(error) : answer(result)));
      }),
      notify: (route, body) => pomelo.notify(route, body),
      close: () => pomelo.disconnect(),
      traffic,
    }));
    traffic = watch(pomelo.socket);
  });
}

// It stores the dictionary in one place and looks for it in another, so its routes stay text.
module.exports = {connect, codes: false};
