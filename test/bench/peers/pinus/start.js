'use strict';

require('../run_peer').runPeer('pinus', __dirname);
