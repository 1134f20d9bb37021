// Adapter: the JavaScript client of the chat example's own page. It is an ES module for browsers.
'use strict';

const fs = require('fs');
const path = require('path');

const WebSocket = require('ws');
const {watch} = require('./traffic');

const web = path.join(__dirname, '../../../examples/chat/web');
let lastTraffic;
globalThis.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url);
    this.on('error', () => {});     // a close follows, as in a browser
    lastTraffic = watch(this);
  }
};

// Node takes plain .js files for CommonJS, so the modules come as data URLs.
const read = (name) => fs.readFileSync(path.join(web, name), 'utf8');
const urlOf = (source) => `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
const protobufUrl = urlOf(read('protobuf.js'));
const loadProtobuf = () => import(protobufUrl);
const resumeUrl = urlOf(read('resume.js'));
const loadResume = () => import(resumeUrl);
const clientUrl = urlOf(read('client.js').replace('./protobuf.js', protobufUrl)
                            .replace('./resume.js', resumeUrl));
const load = () => import(clientUrl);

async function connect(host, port, onPush, options = {}) {
  const {PomeloClient} = await load();
  const opening = PomeloClient.connect(`ws://${host}:${port}`, options);
  const traffic = lastTraffic;
  const client = await opening;
  for (const route of ['onAdd', 'onLeave', 'onChat']) {
    client.on(route, (body) => onPush(route, body));
  }
  return Object.assign(client, {traffic});
}

module.exports = {connect, load, loadProtobuf, loadResume};
