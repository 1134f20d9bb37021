// Stands before a server and cuts connections: after so many bytes of the server, in the middle of
// whatever they are, or when it is told to.
'use strict';

const net = require('net');

class CuttingProxy {
  // To the port of this machine.
  static async before(port) {
    const proxy = new CuttingProxy();
    Object.assign(proxy, {port, pairs: new Set(), connections: 0, cuts: 0, refusing: false});
    proxy.bytesUntilCut = () => Infinity;
    proxy.server = net.createServer((client) => proxy.pass(client));
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.ownPort = proxy.server.address().port;
    return proxy;
  }

  pass(client) {
    this.connections++;
    if (this.refusing) return client.destroy();
    const server = net.connect(this.port, '127.0.0.1');
    const pair = {client, server, left: this.bytesUntilCut(), lost: 0};
    this.pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => this.end(pair));
    }
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => this.bring(pair, bytes));
  }

  bring(pair, bytes) {
    pair.client.write(bytes.subarray(0, pair.left));
    pair.left -= bytes.length;
    if (pair.left > 0) return;
    this.cuts++;
    this.end(pair);
  }

  // What it has taken from one side may be lost for the other.
  end(pair) {
    this.pairs.delete(pair);
    pair.client.destroySoon();
    pair.server.destroy();
  }

  cut() {
    this.cuts += this.pairs.size;
    this.pairs.forEach((pair) => this.end(pair));
  }

  close() {
    this.server.close();
    this.cut();
  }
}

module.exports = {CuttingProxy};
