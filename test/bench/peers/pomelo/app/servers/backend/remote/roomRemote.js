'use strict';

function RoomRemote(app) { this.channels = app.get('channelService'); }

RoomRemote.prototype.join = function join(uid, frontend, room, answer) {
  this.channels.getChannel(room, true).add(uid, frontend);
  answer();
};

RoomRemote.prototype.leave = function leave(uid, frontend, room, answer) {
  this.channels.getChannel(room, true).leave(uid, frontend);
  answer();
};

module.exports = (app) => new RoomRemote(app);
