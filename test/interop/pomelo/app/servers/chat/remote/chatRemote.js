'use strict';

function ChatRemote(app) { this.channels = app.get('channelService'); }

const nameOf = (uid) => uid.split('*')[0];

ChatRemote.prototype.add = function add(uid, sid, rid, answer) {
  const room = this.channels.getChannel(rid, true);
  room.pushMessage({route: 'onAdd', user: nameOf(uid)});
  room.add(uid, sid);
  answer(room.getMembers().map(nameOf));
};

ChatRemote.prototype.kick = function kick(uid, sid, rid, answer) {
  const room = this.channels.getChannel(rid, false);
  if (room) {
    room.leave(uid, sid);
    room.pushMessage({route: 'onLeave', user: nameOf(uid)});
  }
  answer();
};

module.exports = (app) => new ChatRemote(app);
