'use strict';
require('./scenario').run('nodejsclient', require('./clients/nodejs_client'));
