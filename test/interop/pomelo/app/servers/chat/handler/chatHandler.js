'use strict';

function ChatHandler(app) { this.app = app; }

ChatHandler.prototype.send = function send({content, target}, session, next) {
  const channels = this.app.get('channelService');
  const rid = session.get('rid');
  const room = channels.getChannel(rid, false);
  const words = {msg: content, from: session.uid.split('*')[0], target};
  if (target === '*') {
    room.pushMessage('onChat', words);
  } else {
    const uid = `${target}*${rid}`;
    channels.pushMessageByUids('onChat', words, [{uid, sid: room.getMember(uid).sid}]);
  }
  next(null, {});
};

module.exports = (app) => new ChatHandler(app);
