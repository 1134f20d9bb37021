// What a session that may outlive its connection keeps account of. Both sides number the DATA
// packages that they send, from 1 on, for as long as the session lives. After a drop each tells the
// other how many it has received, and hears again what is missing: in order, and nothing twice.
//
//   client -> server  "sys": {"resume": {}} in its handshake asks for it
//   server -> client  "sys": {"resume": {"token": T, "seconds": S, "resumed": false}}
//   ... the connection breaks, and within S seconds there is another one ...
//   client -> server  "sys": {"resume": {"token": T, "received": N}}
//   server -> client  "sys": {"resume": {"token": U, "seconds": S, "resumed": true, "received": M}}
//   client -> server  ACK, then its packages M+1, M+2, ...; server -> client  N+1, N+2, ...
//
//   HEARTBEAT | received: 4, big-endian |  tells the other side what it need not keep any more

// The server keeps so much and more, so it is told even if no heartbeat is due.
const tellAfter = {packages: 64, bytes: 16 * 1024};

export class Account {
  #token;
  #received = 0;
  #untold = {packages: 0, bytes: 0};     // of these
  #sent = 0;
  #kept = [];              // the last ones of what was sent, as bytes; the server may lack them

  seconds = 0;             // how long the server keeps the session after a drop

  // What the handshake says.
  get request() { return this.#token ? {token: this.#token, received: this.#received} : {}; }

  // What the server's answer brings. Returns the packages that are to be sent again.
  agree({token, seconds, resumed, received}) {
    Object.assign(this, {seconds});
    this.#token = token;
    if (resumed) this.forget(received);
    return resumed ? this.#kept : [];
  }

  // Returns the package's number.
  keep(bytes) {
    this.#kept.push(bytes);
    return ++this.#sent;
  }

  // The server has these, up to this number.
  forget(number) {
    const lacking = Math.min(this.#kept.length, Math.max(0, this.#sent - number));
    this.#kept = this.#kept.slice(this.#kept.length - lacking);
  }

  // True when the server ought to hear of it now.
  receive({length}) {
    this.#received++;
    this.#untold.bytes += length;
    return ++this.#untold.packages >= tellAfter.packages || this.#untold.bytes >= tellAfter.bytes;
  }

  // The bodies of heartbeats: ours, and the server's, which may be empty.
  tell() {
    this.#untold = {packages: 0, bytes: 0};
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, this.#received);
    return body;
  }

  hear(body) {
    if (body.length === 4) {
      this.forget(new DataView(body.buffer, body.byteOffset).getUint32(0));
    }
  }
}
