// What the applications of both peers share: the settings that run_peer.js was given, and a start
// that tells it when this server runs and which servers it knows. Without the one that listens, the
// server ends.
'use strict';

const batch = Number(process.env.BENCH_RPC_BATCH);

const settings = {
  useProtobuf: Boolean(process.env.BENCH_PROTOBUF),
  rpc: batch ? {bufferMsg: true, interval: batch} : {},
};

function start(app) {
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

module.exports = {settings, start};
