// Counts how routes and bodies of one connection really travel.
'use strict';

const {types, flags, unpack, readMessage} = require('../peers/wire');

const openingBrace = '{'.charCodeAt(0);

class Traffic {
  constructor() { Object.assign(this, {sent: {coded: 0, text: 0}, heard: new Map()}); }

  send(bytes) {
    for (const {flag} of messagesIn(bytes)) this.sent[flag & flags.coded ? 'coded' : 'text']++;
  }

  hear(bytes) {
    for (const {route, body} of messagesIn(bytes)) {
      if (route === undefined) continue;
      const kinds = this.heard.get(route) || {json: 0, protobuf: 0};
      kinds[body[0] === openingBrace ? 'json' : 'protobuf']++;
      this.heard.set(route, kinds);
    }
  }
}

function messagesIn(bytes) {
  const {packages} = unpack(Buffer.from(bytes));
  return packages.filter(({type}) => type === types.data).map(({body}) => readMessage(body));
}

// Counts at a WebSocket: all that is sent by it, and all that its onmessage will hear.
function watch(socket) {
  const traffic = new Traffic();
  const {send} = socket;
  socket.send = (bytes, ...more) => {
    traffic.send(bytes);
    return send.call(socket, bytes, ...more);
  };
  socket.addEventListener('message', ({data}) => traffic.hear(data));
  return traffic;
}

module.exports = {Traffic, watch};
