// The application of the bench suite on the real Pinus.
'use strict';

require('reflect-metadata');
const {pinus} = require('pinus');
const {setPinusLogLevel} = require('pinus-logger');
const {settings, start} = require('../bench_server');

const onlyErrors = 4;
setPinusLogLevel(onlyErrors);

const app = pinus.createApp();
app.set('name', 'bench');
app.configure('production', 'gate|connector', () => {
  const useProtobuf = app.getServerType() === 'connector' && settings.useProtobuf;
  app.set('connectorConfig', {
    connector: pinus.connectors.hybridconnector,
    distinctHost: true,
    setNoDelay: true,
    useDict: useProtobuf,
    useProtobuf,
    timeout: 3600,
  });
});
app.configure('production', () => {
  app.set('proxyConfig', {...settings.rpc});
  app.set('remoteConfig', {...settings.rpc});
});
start(app);
