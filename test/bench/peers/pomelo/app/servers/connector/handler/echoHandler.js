'use strict';

function EchoHandler() {}

EchoHandler.prototype.echo = function echo({msg}, session, next) {
  next(null, {code: 200, msg});
};

module.exports = () => new EchoHandler();
