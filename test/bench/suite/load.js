// Runs `shaddock load` on the load's core and reads what it found. It never sleeps: a core that has
// to be woken up for each answer would be charged to whatever is slower, and a client's machine is
// another one in real life.
'use strict';

const {Child} = require('./children');

const slack = 60000; // ms beyond warm-up and window: connecting, draining

// {url: 'tcp://..', clients: 100, login: [...], notify: true} as words of a command line; what is
// undefined is left out, a list is repeated.
function words(options) {
  const wordsOf = (name, value) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]);
  return Object.entries(options).flatMap(([name, value]) =>
    [value].flat().filter((one) => one !== undefined).flatMap((one) => wordsOf(name, one)));
}

function complaint(result) {
  const counts = ['errors', 'wrong', 'unanswered', 'lost', 'doubled'].filter((key) => result[key] > 0)
    .map((key) => `${result[key]} ${key}`);
  const texts = Object.entries(result.error_texts || {}).map(([text, n]) => `${text} (${n})`);
  return [...counts, ...texts].join(', ');
}

async function load(suite, script, running, options) {
  const pids = Object.entries(running.pids).map(([name, pid]) => `${name}:${pid}`).join(',');
  const {serverCore, loadCore} = suite.machine;
  const all = {
    warmup: suite.options.warmup, seconds: suite.options.seconds, pids,
    cpus: `${serverCore},${loadCore}`, json: '-', awake: script === 'idle' ? undefined : true,
    ...options,
  };
  const child = new Child([suite.programs.load, 'load', script, '--quiet', ...words(all)],
    {core: options.core === undefined ? loadCore : options.core});
  const end = await child.run(1000 * (Number(all.warmup) + Number(all.seconds)) + slack);
  let result;
  try {
    result = JSON.parse(child.output);
  } catch {
    throw new Error(child.complaint(`said nothing that can be read (${end.code ?? end.signal})`));
  }
  if (end.code !== 0) throw new Error(`wrong, missing or no answers: ${complaint(result)}`);
  return result;
}

module.exports = {load, words};
