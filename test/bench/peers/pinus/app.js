// The application of the bench suite on the real Pinus.
'use strict';

require('reflect-metadata');
const {pinus} = require('pinus');
const {setPinusLogLevel} = require('pinus-logger');
const {start} = require('../bench_server');

const onlyErrors = 4;
setPinusLogLevel(onlyErrors);

start(pinus.createApp(), pinus.connectors.hybridconnector);
