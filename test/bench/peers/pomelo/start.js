'use strict';

require('../run_peer').runPeer('pomelo', __dirname);
