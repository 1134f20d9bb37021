// Runs named steps against a cluster of chat_variants that is started for them, and ends the
// process. A step is a function of a story: the cluster, its connector's port, and what earlier
// steps have put there.
'use strict';

const shaddock = require('./peers/shaddock_cluster');
const {ready} = require('./peers/ready');

async function runSteps(title, steps, story) {
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step(story);
    } catch (error) {
      console.error(`${title}: FAILED: ${name}\n${error.stack}`);
      return false;
    }
    console.log(`${title}: ok: ${name}`);
  }
  console.log(`${title}: ${Object.keys(steps).length} passed, 0 failed`);
  return true;
}

async function runStory(title, steps, {program, variant, firstOffset, ...options}) {
  const offset = Number(process.env.SHADDOCK_PORT_OFFSET || firstOffset);
  const cluster = shaddock.start(program, variant, offset, options);
  let fine = false;
  try {
    await ready(cluster);
    fine = await runSteps(title, steps, {cluster, port: cluster.udpPort || cluster.connectorPort});
    if (!fine) console.error(cluster.readLog());
  } finally {
    await cluster.stop();
  }
  return fine;
}

function run(title, steps, options) {
  runStory(title, steps, options).then((fine) => process.exit(fine ? 0 : 1), (error) => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = {run};
