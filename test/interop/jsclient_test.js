'use strict';
require('./scenario').run('jsclient', require('./clients/js_client'));
