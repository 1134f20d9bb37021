// What the applications of both peers share, which is all but how each is made: the settings that
// run_peer.js was given, and a start that tells it when this server runs and which servers it
// knows. Without the one that listens, the server ends.
'use strict';

const batch = Number(process.env.BENCH_RPC_BATCH);
const rpc = batch ? {bufferMsg: true, interval: batch} : {};

function configure(app, connector) {
  app.set('name', 'bench');
  app.configure('production', 'gate|connector', () => {
    const useProtobuf = app.getServerType() === 'connector' && Boolean(process.env.BENCH_PROTOBUF);
    app.set('connectorConfig', {
      connector, distinctHost: true, setNoDelay: true, useDict: useProtobuf, useProtobuf, timeout: 3600,
    });
  });
  app.configure('production', () => {
    app.set('proxyConfig', {...rpc});
    app.set('remoteConfig', {...rpc});
  });
}

// `connector`: the peer's own for TCP and WebSocket on one port.
function start(app, connector) {
  configure(app, connector);
  let running = false;
  const tell = () => {
    if (running && process.connected) process.send({known: Object.keys(app.getServers())});
  };
  for (const event of ['add_servers', 'remove_servers', 'replace_servers']) {
    app.event.on(event, () => setImmediate(tell));
  }
  process.on('disconnect', () => process.exit());
  app.start((error) => {
    if (error) throw error;
    running = true;
    tell();
  });
}

module.exports = {start};
