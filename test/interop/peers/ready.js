// Waits until a cluster serves: two people have met in a room. The first push of a server opens
// connections behind it, so that what comes after this has no first time.
'use strict';

const {perform} = require('./play');

const patience = 20000;
const pause = () => new Promise((resolve) => setTimeout(resolve, 200));

async function meet(play, room) {
  await play.visit({to: 'gate'});
  const first = await play.enter('first', room);
  if (first.heard.length !== 1) throw new Error(`cannot enter: ${play.record()}`);
  await play.enter('second', room);
  if (!await play.hear(first, 2)) throw new Error(`heard nobody: ${play.record()}`);
}

async function ready(cluster) {
  const deadline = Date.now() + patience;
  let ended = false;
  cluster.ended.then(() => { ended = true; });
  for (let round = 1; ; round++) {
    try {
      return await perform((play) => meet(play, `ready ${round}`), cluster);
    } catch (error) {
      if (ended || Date.now() > deadline) {
        const log = cluster.readLog().slice(-4000);
        throw new Error(`${cluster.title} did not start: ${error.message}\n${log}`);
      }
    }
    await pause();
  }
}

module.exports = {ready};
