'use strict';

class EntryHandler {
  constructor(app) { this.app = app; }

  async enter({uid, room}, session) {
    const {app} = this;
    const here = app.getServerId();
    await session.abind(uid);
    session.set('room', room);
    await session.apush('room');
    session.on('closed', (closed) => {
      app.rpc.backend.roomRemote.leave.route(closed)(uid, here, room);
    });
    await app.rpc.backend.roomRemote.join.route(session)(uid, here, room);
    return {code: 200};
  }
}

exports.default = (app) => new EntryHandler(app);
