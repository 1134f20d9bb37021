'use strict';

class RoomRemote {
  constructor(app) { this.app = app; }

  async join(uid, frontend, room) {
    this.app.channelService.getChannel(room, true).add(uid, frontend);
  }

  async leave(uid, frontend, room) {
    this.app.channelService.getChannel(room, true).leave(uid, frontend);
  }
}

exports.default = (app) => new RoomRemote(app);
