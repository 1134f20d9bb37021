// Measures a row: its sides in turn, round after round, until enough rounds are clean.
'use strict';

const {flaw, judge, ratioOf} = require('./statistics');

const triesPerRound = 3;
const hopelessVoids = 4; // in a row, without one clean round

// The servers that rows share. What a row does not need is stopped, so that it disturbs nobody.
class Pool {
  constructor(suite) {
    this.suite = suite;
    this.running = new Map();
  }

  async prepare(needs) {
    for (const [key, running] of this.running) {
      if (needs.some((one) => one.key === key)) continue;
      this.running.delete(key);
      await running.stop();
    }
    for (const server of needs) {
      if (!this.running.has(server.key)) {
        this.running.set(server.key, await server.start(this.suite));
      }
    }
  }

  get(server) {
    return this.running.get(server.key);
  }
}

// One side of a round; what it started for itself ends with it.
async function measureSide(suite, pool, side, earlier) {
  const own = [];
  const context = {
    suite,
    running: (server) => pool.get(server),
    fresh: async (server) => {
      own.push(await server.start(suite));
      return own.at(-1);
    },
  };
  try {
    return await side.measure(context, earlier);
  } finally {
    for (const running of own) await running.stop();
  }
}

async function measureRound(suite, pool, row) {
  const samples = [];
  for (const side of row.sides) samples.push(await measureSide(suite, pool, side, samples));
  return samples;
}

const shown = (value) => value.toLocaleString('en', {maximumFractionDigits: value < 100 ? 1 : 0});

function describeRound(row, samples) {
  const sides = row.sides.map(({name}, i) => `${name} ${shown(samples[i].value)}`);
  const ratio = ratioOf(samples);
  return [...sides, ...(ratio === null ? [] : [`ratio ${ratio.toFixed(3)}`])].join('  ');
}

function isHopeless(clean, flaws) {
  return clean.length === 0 && flaws.length >= hopelessVoids &&
    flaws.every((one) => one.kind === 'void');
}

async function collect(suite, pool, row, say) {
  const {rounds, smoke} = suite.options;
  const clean = [];
  const flaws = [];
  // What is cold may even fail; what fails still in a round that counts is told then.
  if (row.warmUp && !smoke) await measureRound(suite, pool, row).catch(() => {});
  for (let i = 0; i < rounds * triesPerRound && clean.length < rounds; ++i) {
    const samples = await measureRound(suite, pool, row);
    const wrong = smoke ? null : flaw(samples, row.batchesMayDiffer);
    if (wrong === null) clean.push(samples);
    else flaws.push(wrong);
    say(`${row.name}  ${describeRound(row, samples)}` +
      (wrong === null ? '' : `  does not count: ${wrong.text}`));
    if (isHopeless(clean, flaws)) break;
  }
  return {clean, flaws};
}

// The row with its figures and its verdict; 'failed' when something broke. Never throws.
async function measureRow(suite, pool, row, say) {
  try {
    await pool.prepare(row.needs);
    const {clean, flaws} = await collect(suite, pool, row, say);
    const judged = judge(row, clean, flaws, suite.options.rounds);
    if (suite.options.smoke) judged.verdict = 'printed';
    return {row, ...judged, clean};
  } catch (error) {
    say(`${row.name}  failed: ${error.message}`);
    return {row, verdict: 'failed', why: error.message, sides: [], ratio: null, clean: []};
  }
}

module.exports = {Pool, measureRow, shown};
