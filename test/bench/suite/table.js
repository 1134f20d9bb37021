// The results as one table, for a terminal or for a page, and as JSON.
'use strict';

const {shown} = require('./rounds');
const {batchKinds} = require('./statistics');

const heads = ['row', 'ours', 'beside it', 'ratio', 'target', 'verdict'];

const withSpread = ({median, min, max}, text) =>
  (min === max ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`);

function targetOf({target, unit}) {
  if (!target) return '';
  const figure = target.atLeast ?? target.atMost;
  const sign = target.atLeast === undefined ? '<=' : '>=';
  return `${sign} ${target.of === 'ratio' ? figure : `${shown(figure)} ${unit}`}`;
}

function cells({row, sides, ratio, verdict}) {
  const [ours, other] = sides;
  return [
    `${row.title} [${row.name}]`,
    ours ? `${withSpread(ours, shown)} ${row.unit}` : '',
    other ? `${row.sides[1].name} ${withSpread(other, shown)}` : '',
    ratio ? withSpread(ratio, (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0))) : '',
    targetOf(row),
    verdict,
  ];
}

// Lines of cells, the first of them the heads: for a terminal, and for a page.
function columns(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd())
    .join('\n');
}

function page(lines) {
  const row = (parts) => `| ${parts.map((part) => part.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [row(lines[0]), row(lines[0].map(() => '---')), ...lines.slice(1).map(row)].join('\n');
}

const asText = (results) => columns([heads, ...results.map(cells)]);
const asMarkdown = (results) => page([heads, ...results.map(cells)]);

// ---- what does not fit into the table

function batchNote({row}, samples) {
  return Object.entries(batchKinds).flatMap(([kind, text]) => {
    const found = row.sides.map(({name}, i) => [name, (samples[i].batches || {})[kind]])
      .filter(([, size]) => size > 0).map(([name, size]) => `${name} ${size.toFixed(1)}`);
    return found.length > 0 ? [`${text}: ${found.join(', ')}`] : [];
  });
}

function memoryNote({row}, samples) {
  return row.sides.flatMap(({name}, i) => {
    const memory = Object.entries(samples[i].memory || {});
    return memory.length === 0 ? [] :
      [`${name}: ${memory.map(([process, bytes]) => `${process} ${shown(bytes)}`).join(', ')}`];
  });
}

const share = (seconds, result) => `${(100 * seconds / result.seconds).toFixed(0)} %`;

// A load that is busier than what it measures is the limit; what the servers used is told all the
// same by their CPU time.
function useText(name, result) {
  const busy = result.load_cpu_seconds > 0.8 * result.seconds;
  const limit = busy && result.load_cpu_seconds > 1.1 * result.cpu_seconds;
  const others = (result.cpu_busy || 0) - result.cpu_seconds;
  const beside = others > 0.05 * result.seconds ?
    `, and other processes ${share(others, result)} of the servers' core` : '';
  return `${name} ${share(result.cpu_seconds, result)} and ` +
    `${share(result.load_cpu_seconds, result)}${limit ? ' (the load is the limit)' : ''}${beside}`;
}

function loadNote({row}, samples) {
  const texts = row.sides.map(({name}, i) => [name, samples[i].result])
    .filter(([, result]) => result && result.cpu_seconds > 0)
    .map(([name, result]) => useText(name, result));
  return texts.length > 0 ? [`a core's use by servers and load: ${texts.join('; ')}`] : [];
}

function costNote({row}, samples) {
  if (!row.each) return [];
  const costs = row.sides.map(({name}, i) => `${name} ${shown(1e6 / samples[i].value)}`);
  return [`us of CPU for each ${row.each}: ${costs.join(', ')}`];
}

const rateNote = (_, samples) =>
  (samples[0].rate ? [`at ${shown(samples[0].rate)} requests a second`] : []);

// Lines about each row: why it does not count, and what its last clean round looked like.
function notes(results) {
  return results.flatMap((result) => {
    const samples = result.clean.at(-1);
    const found = samples === undefined ? [] :
      [rateNote, costNote, batchNote, memoryNote, loadNote].flatMap((note) => note(result, samples));
    const lines = [...(result.why ? [result.why] : []), ...found];
    return lines.map((line) => `${result.row.name}: ${line}`);
  });
}

function asJson(header, results) {
  const rows = results.map(({row, clean, ...found}) => ({
    name: row.name, title: row.title, unit: row.unit, target: row.target, ...found,
    sides: found.sides.map((side, i) => ({name: row.sides[i].name, ...side})),
    rounds: clean,
  }));
  return JSON.stringify({...header, rows}, null, 1);
}

const asList = (rows) =>
  columns([['row', 'what', 'target'], ...rows.map((row) => [row.name, row.title, targetOf(row)])]);

module.exports = {withSpread, asList, columns, page, asText, asMarkdown, asJson, notes};
