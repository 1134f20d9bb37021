'use strict';

function RoomHandler(app) { this.app = app; }

RoomHandler.prototype.say = function say({from, n, msg}, session, next) {
  const room = this.app.get('channelService').getChannel(session.get('room'));
  room.pushMessage('onSay', {from, n, msg});
  next(null, {code: 200});
};

module.exports = (app) => new RoomHandler(app);
