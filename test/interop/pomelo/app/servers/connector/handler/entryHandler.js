'use strict';

function EntryHandler(app) { this.app = app; }

EntryHandler.prototype.enter = function enter({username, rid}, session, next) {
  const {app} = this;
  const uid = `${username}*${rid}`;
  if (app.get('sessionService').getByUid(uid)) return next(null, {code: 500, error: true});
  session.bind(uid);
  session.set('rid', rid);
  session.push('rid', () => {});
  session.on('closed', (closed) => {
    if (!closed.uid) return;
    app.rpc.chat.chatRemote.kick(closed, closed.uid, app.get('serverId'), rid, null);
  });
  app.rpc.chat.chatRemote.add(session, uid, app.get('serverId'), rid, (users) => {
    next(null, {users});
  });
};

module.exports = (app) => new EntryHandler(app);
