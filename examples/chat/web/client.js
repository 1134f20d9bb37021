// A Pomelo client for the browser: one WebSocket, answers as promises, pushes as events.
//
//   package | type: 1 | length: 3, big-endian | body: JSON (handshake, kick) or a message (data) |
//   message | flag: 1 | id: varint, of requests and answers | route, not of answers | body |
//   route   | length: 1 | UTF-8 text |    or, with bit 0 of the flag set,  | code: 2, big-endian |
//   body    | JSON |                      or, where the route has a schema,  | protobuf |
//
// The server's answer to the handshake brings the codes of routes and the schemas.
//
//   const link = await PomeloClient.connect('ws://127.0.0.1:3050');
//   link.on('onChat', (body) => console.log(body.from, body.msg));
//   link.closed.then(({reason}) => console.log('gone', reason));
//   const answer = await link.request('chat.chatHandler.send', {content: 'hello', target: '*'});
//
// With {resume: true} the session outlives its connection, where the server keeps it for a while
// (resume.js): after a drop the client comes back by itself, what was asked is answered, and no
// push is missing or heard twice. Meanwhile requests wait.

import {decode, encode} from './protobuf.js';
import {Account} from './resume.js';

export const PackageType = Object.freeze({handshake: 1, ack: 2, heartbeat: 3, data: 4, kick: 5});
export const MessageType = Object.freeze({request: 0, notify: 1, response: 2, push: 3});

const maxBodyLength = 0xffffff;
const maxRouteLength = 255;
const openTimeout = 10000;
const requestTimeout = 15000;
const returnTimeout = 3000;           // of one attempt to come back
const firstJitter = 300;              // all clients of a server that stops come back at once
const firstPause = 250;
const maxPause = 2000;

// Codes of WebSocket: this client has done, this connection is dead, the server goes away.
const closeCode = {done: 1000, dropped: 4000, goingAway: 1001};

// What a handshake may bring: route -> code, code -> route, and schemas by route, of what the
// client and of what the server sends.
const nothingAgreed = {codes: {}, routes: {}, client: {}, server: {}};

const toBytes = (text) => new TextEncoder().encode(text);
const toText = (bytes) => new TextDecoder().decode(bytes);
const fromJson = (bytes) => JSON.parse(toText(bytes));

export function encodePackage(type, body = new Uint8Array(0)) {
  if (body.length > maxBodyLength) throw new RangeError('package too long');
  const bytes = new Uint8Array(4 + body.length);
  new DataView(bytes.buffer).setUint32(0, type * 0x1000000 + body.length);
  bytes.set(body, 4);
  return bytes;
}

// One frame of a WebSocket carries whole packages, one or several.
export function decodePackages(buffer) {
  const view = new DataView(buffer);
  const packages = [];
  for (let at = 0; at < buffer.byteLength;) {
    const head = view.getUint32(at);
    const length = head & maxBodyLength;
    packages.push({type: head >>> 24, body: new Uint8Array(buffer, at + 4, length)});
    at += 4 + length;
  }
  return packages;
}

export function encodeMessage({type, id, route, body}, agreed = nothingAgreed) {
  const code = agreed.codes[route] || 0;
  const head = [(type << 1) | (code ? 1 : 0)];
  if (type === MessageType.request) putVarint(head, id);
  if (code) {
    head.push(code >> 8, code & 0xff);
  } else {
    const text = toBytes(route);
    if (text.length > maxRouteLength) throw new RangeError('route too long');
    head.push(text.length, ...text);
  }
  const rest = agreed.client[route] ? encode(agreed.client, route, body) :
                                      toBytes(JSON.stringify(body));
  const bytes = new Uint8Array(head.length + rest.length);
  bytes.set(head);
  bytes.set(rest, head.length);
  return bytes;
}

// An answer names no route, but its body has the schema of the one that was asked: routeAsked(id).
export function decodeMessage(bytes, agreed = nothingAgreed, routeAsked = () => '') {
  const type = (bytes[0] >> 1) & 7;
  const message = {type, id: 0, route: ''};
  let at = 1;
  if (type === MessageType.request || type === MessageType.response) {
    [message.id, at] = takeVarint(bytes, at);
  }
  if (type !== MessageType.response) {
    [message.route, at] = takeRoute(bytes, at, bytes[0] & 1, agreed.routes);
  }
  const named = type === MessageType.response ? routeAsked(message.id) : message.route;
  const rest = bytes.subarray(at);
  message.body = agreed.server[named] ? decode(agreed.server, named, rest) : fromJson(rest);
  return message;
}

function putVarint(out, value) {
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) + 128);
  out.push(value);
}

function takeVarint(bytes, at) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    if (at >= bytes.length) throw new RangeError('message cut short');
    const byte = bytes[at++];
    value += (byte & 127) * factor;
    if (byte < 128) return [value, at];
  }
}

function takeRoute(bytes, at, coded, routes) {
  const end = coded ? at + 2 : at + 1 + bytes[at];
  if (!(end <= bytes.length)) throw new RangeError('message cut short');
  if (!coded) return [toText(bytes.subarray(at + 1, end)), end];
  return [routes[bytes[at] * 256 + bytes[at + 1]], end];
}

function agreementOf({dict: codes = {}, protos: {client = {}, server = {}} = {}}) {
  const routes = Object.fromEntries(Object.entries(codes).map(([route, code]) => [code, route]));
  return {codes, routes, client, server};
}

export class PomeloClient {
  #url;
  #options;
  #socket;
  #ready = false;           // the handshake is done, the connection stands
  #opening;                 // {resolve, reject, timer} until the first handshake is done
  #leave;                   // resolves `closed`
  #ended = false;
  #account = null;          // of a session that outlives its connection
  #absence = null;          // {until, tries, elsewhere} between a drop and the return
  #returning;
  #lastId = 0;
  #waiting = new Map();     // request id -> {route, resolve, reject, timer, number}
  #listeners = new Map();   // route -> listener
  #agreed = nothingAgreed;
  #beat = 0;                // milliseconds between heartbeats; 0: the server wants none
  #beatTimer = null;
  #silenceTimer;

  // Resolves to a client that may send; rejects when the server is not reached or says no.
  //
  //   resume     whether to ask for a session that outlives its connection
  //   elsewhere  () -> Promise of the URL of another server, when the first is not there any more
  //   changed    is told 'away' after a drop and 'back' after the return
  static connect(url, options = {}) {
    return new Promise((resolve, reject) => new PomeloClient(url, options, resolve, reject));
  }

  constructor(url, options, resolve, reject) {
    this.closed = new Promise((leave) => { this.#leave = leave; });
    const timer = setTimeout(() => this.#end('no answer'), openTimeout);
    this.#opening = {resolve, reject, timer};
    this.#url = url;
    this.#options = options;
    if (options.resume) this.#account = new Account();
    this.#dial();
  }

  on(route, listener) { this.#listeners.set(route, listener); }

  request(route, body = {}) {
    return new Promise((resolve, reject) => {
      if (this.#ended) throw new Error('connection lost');
      const id = ++this.#lastId;
      const timer = setTimeout(() => this.#settle(id, new Error('no answer')), requestTimeout);
      const waiter = {route, resolve, reject, timer};
      this.#waiting.set(id, waiter);
      waiter.number = this.#sendMessage({type: MessageType.request, id, route, body});
    });
  }

  notify(route, body = {}) {
    if (!this.#ended) this.#sendMessage({type: MessageType.notify, route, body});
  }

  close() { this.#end('closed'); }

  #dial() {
    const socket = new WebSocket(this.#url);
    const ifCurrent = (act) => (event) => { if (socket === this.#socket) act(event); };
    socket.binaryType = 'arraybuffer';
    socket.onopen = ifCurrent(() => this.#sendHandshake());
    socket.onmessage = ifCurrent(({data}) => this.#receive(data));
    socket.onclose = ifCurrent(({code}) => this.#drop('connection lost', code));
    this.#socket = socket;
  }

  #sendHandshake() {
    const sys = {type: 'shaddock-web', version: '1.0.0', rsa: {}, protoVersion: 0};
    if (this.#account) sys.resume = this.#account.request;
    this.#send(PackageType.handshake, toBytes(JSON.stringify({sys, user: {}})));
  }

  // Returns the number that it has in the account.
  #sendMessage(message) {
    const bytes = encodePackage(PackageType.data, encodeMessage(message, this.#agreed));
    const number = this.#account?.keep(bytes);
    if (this.#ready) this.#socket.send(bytes);
    return number;
  }

  #send(type, body) { this.#socket.send(encodePackage(type, body)); }

  #receive(data) {
    try {
      this.#expectMore();
      for (const {type, body} of decodePackages(data)) this.#dispatch(type, body);
    } catch (error) {
      console.warn('shaddock: closing on', error);
      this.#end('not understood');
    }
  }

  #dispatch(type, body) {
    if (this.#ended || !this.#socket) return;
    if (type === PackageType.handshake) this.#finishHandshake(fromJson(body));
    else if (type === PackageType.heartbeat) this.#hearHeartbeat(body);
    else if (type === PackageType.data) this.#takeMessage(body);
    else if (type === PackageType.kick) this.#end('kicked', fromJson(body).reason);
  }

  #finishHandshake({code, sys = {}}) {
    if (this.#absence && code !== 200) return this.#drop('refused');
    if (code !== 200) return this.#end('refused', code);
    if (this.#absence && !sys.resume?.resumed) return this.#end('session lost');
    this.#beat = (sys.heartbeat || 0) * 1000;
    this.#agreed = agreementOf(sys);
    if (!sys.resume) this.#account = null;
    this.#send(PackageType.ack);
    this.#ready = true;
    this.#account?.agree(sys.resume).forEach((bytes) => this.#socket.send(bytes));
    this.#expectMore();
    if (this.#absence) this.#beBack();
    else this.#open();
  }

  #open() {
    clearTimeout(this.#opening.timer);
    this.#opening.resolve(this);
    this.#opening = null;
  }

  #read(body) {
    return decodeMessage(body, this.#agreed, (id) => this.#waiting.get(id)?.route);
  }

  // The server beats first, right after the ack, and then answers each beat of ours with one.
  #hearHeartbeat(body) {
    this.#account?.hear(body);
    if (this.#beat) this.#beatTimer ??= setTimeout(() => this.#sendHeartbeat(), this.#beat);
  }

  #sendHeartbeat() {
    clearTimeout(this.#beatTimer);
    this.#beatTimer = null;
    this.#send(PackageType.heartbeat, this.#account?.tell());
  }

  // Our beat goes out after one interval; two more without any byte and the server is gone.
  #expectMore() {
    clearTimeout(this.#silenceTimer);
    if (this.#beat) this.#silenceTimer = setTimeout(() => this.#drop('timed out'), 3 * this.#beat);
  }

  #takeMessage(body) {
    if (this.#account?.receive(body)) this.#sendHeartbeat();
    this.#deliver(this.#read(body));
  }

  // Listeners run as tasks of their own, so what came after an answer is heard after it, and a
  // listener that throws does not end the connection.
  #deliver({type, id, route, body}) {
    if (type === MessageType.response) this.#settle(id, null, body);
    else queueMicrotask(() => this.#listeners.get(route)?.(body));
  }

  #settle(id, error, body) {
    const waiter = this.#waiting.get(id);
    if (!waiter) return;
    this.#waiting.delete(id);
    clearTimeout(waiter.timer);
    if (error) return waiter.reject(error);
    this.#account?.forget(waiter.number);
    waiter.resolve(body);
  }

  // The connection is dead, or could not be made again.
  #drop(reason, code) {
    this.#hangUp(closeCode.dropped);
    if (!this.#account?.seconds) return this.#end(reason);
    if (this.#absence) this.#absence.tries++;
    else this.#beAway(code);
    const {until, tries} = this.#absence;
    const pause = tries === 0 ? Math.random() * firstJitter :
        Math.min(maxPause, firstPause * 2 ** tries) * (0.75 + Math.random() / 4);
    if (Date.now() + pause > until) return this.#end(reason);
    this.#returning = setTimeout(() => this.#comeBack(), pause);
  }

  #beAway(code) {
    const until = Date.now() + this.#account.seconds * 1000;
    this.#absence = {until, tries: 0, elsewhere: code === closeCode.goingAway};
    this.#options.changed?.('away');
  }

  #beBack() {
    this.#absence = null;
    this.#options.changed?.('back');
  }

  // To where we were; when nobody is there any more, to where we are sent.
  async #comeBack() {
    const {elsewhere, tries} = this.#absence;
    if (elsewhere || tries > 0) {
      try {
        this.#url = await this.#options.elsewhere?.() ?? this.#url;
      } catch (error) {
        console.info('shaddock: nobody says where else to go:', error.message);
      }
    }
    if (this.#ended) return;
    this.#silenceTimer = setTimeout(() => this.#drop('timed out'), returnTimeout);
    this.#dial();
  }

  #hangUp(code) {
    clearTimeout(this.#beatTimer);
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#returning);
    this.#beatTimer = null;
    this.#ready = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(code);
  }

  #end(reason, detail) {
    if (this.#ended) return;
    this.#ended = true;
    this.#hangUp(closeCode.done);
    const error = Object.assign(new Error(reason), {detail});
    if (this.#opening) {
      clearTimeout(this.#opening.timer);
      this.#opening.reject(error);
    }
    for (const id of [...this.#waiting.keys()]) this.#settle(id, error);
    this.#leave({reason, detail});
  }
}
