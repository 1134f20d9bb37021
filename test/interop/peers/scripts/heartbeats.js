'use strict';

const {pack, heartbeat, notify, types} = require('../wire');
const {saying} = require('./common');

const full = {
  'each heartbeat has its echo': saying([heartbeat, heartbeat, heartbeat]),
  'a heartbeat with a body': saying(pack(types.heartbeat, '{}')),
  'heartbeats to a server that asked for none': saying([heartbeat, heartbeat], {to: 'gate'}),
};

// One who beats twice a second, four times as often as needed, and is answered each time. So much
// time passes that who does not beat is closed.
async function watch(play) {
  const neighbour = await play.visit();
  for (let beat = 1; beat <= 8; beat++) {
    neighbour.send(heartbeat);
    await play.hear(neighbour, beat);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const plain = {
  'who beats stays, who is silent is closed': async (play) => {
    await play.visit();
    await watch(play);
  },
  'who never sends the ack': async (play) => {
    await play.shakeHands();
    await watch(play);
  },
  'who sends data and no heartbeats': async (play) => {
    const talker = await play.visit();
    const timer = setInterval(() => {
      if (talker.end === undefined) talker.send(notify('connector.nobody.x'));
    }, 300);
    await watch(play);
    clearInterval(timer);
  },
};

module.exports = {full, plain};
