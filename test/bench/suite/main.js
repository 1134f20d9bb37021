// tools/bench, once everything is built: measures the chosen rows and prints the table. Progress
// goes to stderr, results to stdout.
'use strict';

const {execFileSync} = require('child_process');
const fs = require('fs');
const path = require('path');

const {stopAll, guardTheEnd} = require('./children');
const machines = require('./machine');
const micro = require('./micro');
const {Pool, measureRow} = require('./rounds');
const {allRows, peerNames} = require('./rows');
const scale = require('./scale');
const servers = require('./servers');
const {enough} = require('./statistics');
const {read, choose, usage, UsageError} = require('./options');
const table = require('./table');

const repository = path.resolve(__dirname, '../../..');

const say = (text) => process.stderr.write(`${text}\n`);

function programsOf(build) {
  const at = (name) => path.join(build, name);
  return {
    load: at('tools/shaddock/shaddock'), app: at('test/bench/bench_app'),
    chat: at('examples/chat/chat'), relay: at('test/bench/relay'), fan: at('test/bench/fan'),
    canned: at('test/bench/canned'), handshakes: at('test/bench/handshakes'),
    micro: at('test/bench/micro/bench_micro'),
  };
}

// A self-signed certificate for the rows over TLS, made anew for each run.
function makeCertificate() {
  const {certificate, key} = servers.credentials;
  fs.mkdirSync(path.dirname(key), {recursive: true});
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-days', '30', '-subj', '/CN=localhost', '-keyout', key, '-out', certificate],
    {stdio: 'pipe'});
}

function makeSuite(options) {
  const build = path.resolve(options.binaries || path.join(repository, 'build/release'));
  let folder;
  return {
    options, machine: machines.choose(), programs: programsOf(build),
    chatFolder: () => (folder ??= servers.chatFolder(repository)),
    cleanUp: () => folder && fs.rmSync(folder, {recursive: true, force: true}),
  };
}

async function measure(suite, rows) {
  const pool = new Pool(suite);
  const results = [];
  for (const [i, row] of rows.entries()) {
    say(`-- ${i + 1}/${rows.length}  ${row.title}`);
    results.push(await measureRow(suite, pool, row, (text) => say(`   ${text}`)));
    say(`   ${results.at(-1).verdict}${results.at(-1).why ? `: ${results.at(-1).why}` : ''}`);
  }
  await pool.prepare([]);
  return results;
}

function print(suite, header, results) {
  const {options} = suite;
  const lines = [header, '', options.markdown ? table.asMarkdown(results) : table.asText(results)];
  const notes = options.markdown ? [] : table.notes(results);
  if (notes.length > 0) lines.push('', ...notes);
  if (options.rounds < enough) {
    lines.push('', `A look, not a measurement: ${options.rounds} rounds; five make one.`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  if (options.json) fs.writeFileSync(options.json, table.asJson({machine: header, options}, results));
}

const wasMeasured = ({verdict}) => ['pass', 'miss', 'printed'].includes(verdict);

async function run(argv) {
  const options = read(argv, peerNames);
  const rows = choose(allRows(options.compare), options.only);
  if (options.help) return process.stdout.write(usage), 0;
  if (options.list) return process.stdout.write(`${table.asList(rows)}\n`), 0;
  guardTheEnd();
  const suite = makeSuite(options);
  process.on('exit', suite.cleanUp);
  const header = machines.describe(suite.machine);
  say(header);
  if (suite.machine.cores.length < 2) {
    say('Only one core: servers and load share it, so these figures say little about the servers.');
  }
  machines.leaveServersAlone(suite.machine);
  if (options.micro) return micro.run(suite, header);
  makeCertificate();
  try {
    if (options.scale) return (await scale.run(suite, header, say)).length === 0 ? 0 : 1;
    const results = await measure(suite, rows);
    print(suite, header, results);
    return results.every(wasMeasured) ? 0 : 1;
  } finally {
    await stopAll();
  }
}

run(process.argv.slice(2)).then((code) => (process.exitCode = code), (error) => {
  say(`bench: ${error instanceof UsageError ? `${error.message}\n\n${usage}` : error.stack}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
