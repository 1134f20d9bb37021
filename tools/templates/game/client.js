// A client to try the game with: sends requests one after another, and prints answers and pushes.
//
//   node client.js 127.0.0.1:3110 ROUTE BODY [ROUTE BODY]...
//
// It speaks Pomelo's protocol over TCP, as every Pomelo client does:
//   package | type: 1 | length: 3, big-endian | body |
//   message | flag: 1 | id: 1, of requests and answers | length of route: 1, route, not of answers | JSON |
'use strict';

const net = require('net');

const [place, ...words] = process.argv.slice(2);
const [host, port] = place.split(':');
const requests = [];
for (let i = 0; i + 1 < words.length; i += 2) requests.push([words[i], words[i + 1]]);

const socket = net.connect(Number(port), host, () => {
  send(1, JSON.stringify({sys: {type: 'node', version: '1'}, user: {}}));
});
let received = Buffer.alloc(0);
let id = 0;

function send(type, body = '') {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(type * 0x1000000 + bytes.length);
  socket.write(Buffer.concat([head, bytes]));
}

function request() {
  if (id === requests.length) return socket.end();
  const [route, body] = requests[id++];
  send(4, Buffer.concat([Buffer.from([0, id, route.length]), Buffer.from(route + body)]));
}

function take(type, body) {
  if (type === 1) {
    send(2);
    request();
  } else if (type === 4 && body[0] >> 1 === 2) {
    console.log(`${requests[id - 1][0]} answers ${body.subarray(2)}`);
    request();
  } else if (type === 4) {
    const end = 2 + body[1];
    console.log(`push ${body.subarray(2, end)} ${body.subarray(end)}`);
  } else if (type === 5) {
    console.log(`kicked: ${body}`);
  }
}

socket.on('data', (bytes) => {
  received = Buffer.concat([received, bytes]);
  while (received.length >= 4 && received.length >= 4 + received.readUIntBE(1, 3)) {
    const end = 4 + received.readUIntBE(1, 3);
    take(received[0], received.subarray(4, end));
    received = received.subarray(end);
  }
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
