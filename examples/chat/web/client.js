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

import {decode, encode} from './protobuf.js';

export const PackageType = Object.freeze({handshake: 1, ack: 2, heartbeat: 3, data: 4, kick: 5});
export const MessageType = Object.freeze({request: 0, notify: 1, response: 2, push: 3});

const maxBodyLength = 0xffffff;
const maxRouteLength = 255;
const openTimeout = 10000;
const requestTimeout = 15000;

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
  #socket;
  #opening;                 // {resolve, reject, timer} until the handshake is done
  #leave;                   // resolves `closed`
  #ended = false;
  #lastId = 0;
  #waiting = new Map();     // request id -> {route, resolve, reject, timer}
  #listeners = new Map();   // route -> listener
  #agreed = nothingAgreed;
  #beat = 0;                // milliseconds between heartbeats; 0: the server wants none
  #beatTimer;
  #silenceTimer;

  // Resolves to a client that may send; rejects when the server is not reached or says no.
  static connect(url) {
    return new Promise((resolve, reject) => new PomeloClient(url, resolve, reject));
  }

  constructor(url, resolve, reject) {
    this.closed = new Promise((leave) => { this.#leave = leave; });
    const timer = setTimeout(() => this.#end('no answer'), openTimeout);
    this.#opening = {resolve, reject, timer};
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.#sendHandshake();
    this.#socket.onmessage = (event) => this.#receive(event.data);
    this.#socket.onclose = () => this.#end('connection lost');
  }

  on(route, listener) { this.#listeners.set(route, listener); }

  request(route, body = {}) {
    return new Promise((resolve, reject) => {
      if (this.#ended) throw new Error('connection lost');
      const id = ++this.#lastId;
      const timer = setTimeout(() => this.#settle(id, new Error('no answer')), requestTimeout);
      this.#waiting.set(id, {route, resolve, reject, timer});
      this.#sendMessage({type: MessageType.request, id, route, body});
    });
  }

  notify(route, body = {}) {
    if (!this.#ended) this.#sendMessage({type: MessageType.notify, route, body});
  }

  close() { this.#end('closed'); }

  #sendHandshake() {
    const sys = {type: 'shaddock-web', version: '1.0.0', rsa: {}, protoVersion: 0};
    this.#send(PackageType.handshake, toBytes(JSON.stringify({sys, user: {}})));
  }

  #sendMessage(message) { this.#send(PackageType.data, encodeMessage(message, this.#agreed)); }

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
    if (this.#ended) return;
    if (type === PackageType.handshake) this.#finishHandshake(fromJson(body));
    else if (type === PackageType.heartbeat) this.#answerHeartbeat();
    else if (type === PackageType.data) this.#deliver(this.#read(body));
    else if (type === PackageType.kick) this.#end('kicked', fromJson(body).reason);
  }

  #finishHandshake({code, sys = {}}) {
    if (code !== 200) return this.#end('refused', code);
    this.#beat = (sys.heartbeat || 0) * 1000;
    this.#agreed = agreementOf(sys);
    this.#send(PackageType.ack);
    clearTimeout(this.#opening.timer);
    this.#opening.resolve(this);
    this.#opening = null;
    this.#expectMore();
  }

  #read(body) {
    return decodeMessage(body, this.#agreed, (id) => this.#waiting.get(id)?.route);
  }

  // The server beats first, right after the ack, and then answers each beat of ours with one.
  #answerHeartbeat() {
    if (!this.#beat) return;
    clearTimeout(this.#beatTimer);
    this.#beatTimer = setTimeout(() => this.#send(PackageType.heartbeat), this.#beat);
  }

  // Our beat goes out after one interval; two more without any byte and the server is gone.
  #expectMore() {
    clearTimeout(this.#silenceTimer);
    if (this.#beat) this.#silenceTimer = setTimeout(() => this.#end('timed out'), 3 * this.#beat);
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
    if (error) waiter.reject(error);
    else waiter.resolve(body);
  }

  #end(reason, detail) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#beatTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket.close();
    const error = Object.assign(new Error(reason), {detail});
    if (this.#opening) {
      clearTimeout(this.#opening.timer);
      this.#opening.reject(error);
    }
    for (const id of [...this.#waiting.keys()]) this.#settle(id, error);
    this.#leave({reason, detail});
  }
}
