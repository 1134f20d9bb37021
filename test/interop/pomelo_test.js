// The real Pomelo and Shaddock play the same scripts; what their clients hear must be the same
// bytes, but for the differences listed in peers/intended_differences.js.
//
//   pomelo_test.js CHAT_VARIANTS_PROGRAM [PART_OF_A_SCRIPT'S_NAME]
'use strict';

const pomelo = require('./peers/pomelo_cluster');
const shaddock = require('./peers/shaddock_cluster');
const intended = require('./peers/intended_differences');
const scripts = require('./peers/scripts');
const {perform} = require('./peers/play');
const {ready} = require('./peers/ready');

const [program, wanted = ''] = process.argv.slice(2);
const firstOffset = Number(process.env.SHADDOCK_PORT_OFFSET || 20000);
const cannotRun = 77;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isPlayed = (name) => Object.values(scripts).some((variant) => name in variant);
const chosen = (variant) => {
  return Object.entries(scripts[variant]).filter(([name]) => name.includes(wanted));
};

async function record(cluster, variant) {
  await ready(cluster);
  const records = {};
  for (const [name, script] of chosen(variant)) records[name] = await perform(script, cluster);
  return records;
}

async function recordBoth(variant, offset) {
  const clusters = [pomelo.start(variant, offset), shaddock.start(program, variant, offset + 100)];
  try {
    return await Promise.all(clusters.map((cluster) => record(cluster, variant)));
  } finally {
    await Promise.all(clusters.map((cluster) => cluster.stop()));
  }
}

const show = (title, lines) => [`    ${title}`, ...lines.map((line) => `      ${line}`)].join('\n');

// "equal", "intended" or "DIFFERENCE".
function judge(name, theirs, ours) {
  const listed = intended[name];
  if (!listed && same(theirs, ours)) return 'equal';
  if (listed && same(theirs, listed.pomelo) && same(ours, listed.shaddock)) return 'intended';
  console.log([`DIFFERENCE: ${name}`, show('Pomelo', theirs), show('Shaddock', ours)].join('\n'));
  if (listed) {
    console.log(show('listed for Pomelo', listed.pomelo));
    console.log(show('listed for Shaddock', listed.shaddock));
  }
  return 'DIFFERENCE';
}

function report(judged) {
  console.log('the same bytes:');
  for (const name of judged.equal) console.log(`  ${name}`);
  const reasons = new Map();
  for (const name of judged.intended) {
    const {reason} = intended[name];
    reasons.set(reason, [...(reasons.get(reason) || []), name]);
  }
  console.log('different, as intended:');
  for (const [reason, names] of reasons) {
    console.log(`  ${reason}`);
    for (const name of names) console.log(`    ${name}`);
  }
  console.log(`${judged.equal.length} equal, ${judged.intended.length} different as intended, ` +
              `${judged.DIFFERENCE.length} different`);
}

async function main() {
  if (!pomelo.isInstalled()) {
    console.log('Pomelo is not installed: run tools/setup test');
    process.exit(cannotRun);
  }
  const both = await Promise.all(Object.keys(scripts).map((variant, index) => {
    return recordBoth(variant, firstOffset + 200 * index);
  }));
  const idle = Object.keys(intended).filter((name) => !isPlayed(name));
  if (idle.length) throw new Error(`listed as intended, and not played: ${idle}`);
  const judged = {equal: [], intended: [], DIFFERENCE: []};
  for (const [theirs, ours] of both) {
    for (const name of Object.keys(theirs)) {
      judged[judge(name, theirs[name], ours[name])].push(name);
    }
  }
  report(judged);
  process.exit(judged.DIFFERENCE.length === 0 && judged.equal.length > 0 ? 0 : 1);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
