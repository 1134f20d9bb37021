// From samples to figures and verdicts. Pure functions.
//
// A sample is what one side of a row showed in one round: {value, batches, stolen, ...}. A round
// has one sample of each side; its ratio is the first side's value by the second's.
'use strict';

const enough = 5; // clean rounds of a measurement
const highestStolen = 0.1; // of a core, in any window of a round
const widestBatches = 0.1; // between the sides of a row

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const spread = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

// How far two figures are apart, as a share of the larger one.
function apart(a, b) {
  const larger = Math.max(a, b);
  return larger > 0 ? (larger - Math.min(a, b)) / larger : 0;
}

// Messages a client writes at once and finds in a read; pushes that a server writes at once.
const batchKinds = {
  write: 'messages per write of a client', read: 'messages per read of a client',
  push: 'pushes per write of the server',
};

// What is wrong with comparing these samples, as a text; '' when nothing is.
function unlikeBatches(samples) {
  const [first, second] = samples.map((sample) => sample.batches);
  if (!first || !second) return '';
  return Object.keys(batchKinds)
    .filter((kind) => first[kind] > 0 && second[kind] > 0)
    .filter((kind) => apart(first[kind], second[kind]) > widestBatches)
    .map((kind) => `${first[kind].toFixed(1)} and ${second[kind].toFixed(1)} ${batchKinds[kind]}`)
    .join(', ');
}

// Why a round does not count: {kind: 'stolen' | 'void', text}, or null.
function flaw(samples, batchesMayDiffer) {
  const stolen = Math.max(...samples.map((sample) => sample.stolen || 0));
  if (stolen > highestStolen) {
    return {kind: 'stolen', text: `${(100 * stolen).toFixed(0)} % of a core was stolen`};
  }
  const unlike = batchesMayDiffer ? '' : unlikeBatches(samples);
  return unlike === '' ? null : {kind: 'void', text: unlike};
}

const ratioOf = (samples) => (samples.length > 1 ? samples[0].value / samples[1].value : null);

function meets(target, figure) {
  return target.atLeast !== undefined ? figure >= target.atLeast : figure <= target.atMost;
}

// The verdict on a row: 'pass', 'miss' or 'printed' for what was measured, else 'not measured' or
// 'void'. `clean` are the rounds that count, as lists of samples; `flaws` those of the others.
function judge(row, clean, flaws, wanted = enough) {
  const rounds = clean.length;
  if (rounds < wanted) {
    const voids = flaws.filter((one) => one.kind === 'void');
    const kind = voids.length > flaws.length / 2 ? 'void' : 'not measured';
    const last = flaws.length > 0 ? `: ${(voids.at(-1) || flaws.at(-1)).text}` : '';
    return {verdict: kind, why: `only ${rounds} clean rounds${last}`, ...figures(clean)};
  }
  const found = figures(clean);
  if (!row.target) return {verdict: 'printed', ...found};
  const figure = row.target.of === 'ratio' ? found.ratio.median : found.sides[0].median;
  return {verdict: meets(row.target, figure) ? 'pass' : 'miss', ...found};
}

function figures(clean) {
  if (clean.length === 0) return {sides: [], ratio: null};
  const sides = clean[0].map((_, i) => spread(clean.map((samples) => samples[i].value)));
  const ratios = clean.map(ratioOf);
  return {sides, ratio: ratios[0] === null ? null : spread(ratios)};
}

module.exports = {enough, batchKinds, median, spread, apart, unlikeBatches, flaw, ratioOf, judge};
