'use strict';

function EntryHandler(app) { this.app = app; }

EntryHandler.prototype.enter = function enter({uid, room}, session, next) {
  const {app} = this;
  const here = app.getServerId();
  session.bind(uid);
  session.set('room', room);
  session.push('room', () => {});
  session.on('closed', (closed) => {
    app.rpc.backend.roomRemote.leave(closed, uid, here, room, () => {});
  });
  app.rpc.backend.roomRemote.join(session, uid, here, room, (error) => {
    next(error, {code: error ? 500 : 200});
  });
};

module.exports = (app) => new EntryHandler(app);
