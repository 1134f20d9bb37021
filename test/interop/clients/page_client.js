// Adapter: the JavaScript client of the chat example's own page. It is an ES module for browsers.
'use strict';

const fs = require('fs');
const path = require('path');

const file = path.join(__dirname, '../../../examples/chat/web/client.js');
globalThis.WebSocket = require('ws');

// Node takes a plain .js file for CommonJS, so the module comes as a data URL.
const load = () => {
  return import(`data:text/javascript,${encodeURIComponent(fs.readFileSync(file, 'utf8'))}`);
};

async function connect(host, port, onPush) {
  const {PomeloClient} = await load();
  const client = await PomeloClient.connect(`ws://${host}:${port}`);
  for (const route of ['onAdd', 'onLeave', 'onChat']) {
    client.on(route, (body) => onPush(route, body));
  }
  return client;
}

module.exports = {connect, load};
