'use strict';

class EchoHandler {
  async echo({msg}) { return {code: 200, msg}; }
}

exports.default = () => new EchoHandler();
