'use strict';

class RoomHandler {
  constructor(app) { this.app = app; }

  async say({from, n, msg}, session) {
    const room = this.app.channelService.getChannel(session.get('room'));
    room.pushMessage('onSay', {from, n, msg});
    return {code: 200};
  }
}

exports.default = (app) => new RoomHandler(app);
