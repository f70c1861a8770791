// Runs the suites of benchmarks: each in a process of its own, with its contenders in interleaved rounds.
//
//   pnpm bench [SUITE…] [--rounds N] [--seconds S] [--only TEXT] [--full] [--install]
//              [--json FILE] [--chart FOLDER] [--compare FILE|REVISION] [--from FILE]…
//   pnpm bench --headlines FILE [--rounds N] [--from FILE]…
//
// Without a name it runs one suite, `servers`; with `--full`, all of them. A suite takes less than five minutes, by as
// many rounds as there is time for, and `servers` against fewer contenders; with `--full`, or with a number of rounds,
// it takes the time that it needs.
//
// `--json` writes the results to a file, `--compare` prints what has become slower since such a file, and `--chart`
// draws each suite's results in a file of its own in a folder. If `--compare` names a revision instead of a file,
// `node bench/revisions.mjs` compares this tree with it in the same rounds. `--from` reads results from such files,
// instead of running suites or in addition to named suites, so that a long measurement can be made in parts. The other
// options are for the suites: `node bench/SUITE.mjs` runs one.
//
// `--headlines` runs only the contests of the chart in the root README, and draws it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { drawChart } from './lib/chart.mjs';
import { changesSince } from './lib/comparison.mjs';
import { drawHeadlines, HEADLINES } from './lib/headlines.mjs';
import { describeMachine } from './lib/machine.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { SHARED_OPTIONS } from './lib/suite.mjs';
import { changesTable, resultsTable } from './lib/table.mjs';

const SUITES = ['contextvars', 'scheduling', 'executors', 'processes', 'servers', 'fairness'];
const USUAL_SUITE = 'servers';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...SHARED_OPTIONS,
    json: { type: 'string' },
    chart: { type: 'string' },
    headlines: { type: 'string' },
    compare: { type: 'string' },
    // For a comparison with a revision.
    node: { type: 'string' },
    launches: { type: 'string' },
    from: { type: 'string', multiple: true, default: [] },
  },
});
for (const name of positionals) {
  if (!SUITES.includes(name)) throw new Error(`there is no suite ${name}; there are ${SUITES.join(', ')}`);
}
if (values.compare !== undefined && !existsSync(values.compare)) {
  const { compare: revision, rounds, seconds, only, node, launches } = values;
  const args = Object.entries({ revision, rounds, seconds, only, node, launches }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  const child = fork(fileURLToPath(new URL('./revisions.mjs', import.meta.url)), args);
  const [status] = await once(child, 'exit');
  process.exit(status ?? 1);
}
if (values.chart !== undefined) mkdirSync(values.chart, { recursive: true });
// Read before anything runs, so that a wrong name does not cost half an hour.
const earlier = values.compare === undefined ? null : JSON.parse(readFileSync(values.compare, 'utf8'));

const measured = values.from.map((file) => JSON.parse(readFileSync(file, 'utf8')));

// Before the suites, since an installation prints messages.
const runtimes = findRuntimes(values);

function suiteArguments(given) {
  return Object.entries(SHARED_OPTIONS).flatMap(([name, { type }]) => {
    if (type === 'boolean') return given[name] ? [`--${name}`] : [];
    return given[name] === undefined ? [] : [`--${name}`, given[name]];
  });
}

async function runSuite(name, only = values.only) {
  const file = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
  const child = fork(file, [...suiteArguments({ ...values, only }), '--json'], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const bar = new SingleBar({
    format: '{bar} {value}/{total} {suite}: {contest}',
    hideCursor: true,
    clearOnComplete: true,
    noTTYOutput: false,
  });
  bar.start(1, 0, { suite: name, contest: '' });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (data) => {
    output += data;
  });
  child.on('message', ({ done, total, name: contest }) => {
    bar.setTotal(total);
    bar.update(done, { contest });
  });
  const [status] = await once(child, 'close');
  bar.stop();
  if (status !== 0) throw new Error(`the suite ${name} ended with status ${status}`);
  return JSON.parse(output);
}

/** The suites to run, each with the names of its contests if only some of them are chosen. */
function chosenSuites() {
  if (positionals.length > 0 || measured.length > 0) return positionals.map((suite) => ({ suite }));
  if (values.headlines !== undefined) return HEADLINES;
  if (values.full) return SUITES.map((suite) => ({ suite }));
  const others = SUITES.filter((name) => name !== USUAL_SUITE).join(', ');
  console.log(`The suite ${USUAL_SUITE}. There are ${others}, too, by name; --full runs them all.`);
  return [{ suite: USUAL_SUITE }];
}

const rows = measured.flatMap(({ rows }) => rows);
const skipped = {};
for (const { suite, contest } of chosenSuites()) {
  const found = await runSuite(suite, contest);
  rows.push(...found.rows);
  Object.assign(skipped, found.skipped);
  console.log(`\n${suite}\n${resultsTable(found.rows)}`);
}
for (const [name, reason] of Object.entries(skipped)) console.log(`skipped: ${name} (${reason})`);

if (measured.length > 0) rows.sort((a, b) => SUITES.indexOf(a.suite) - SUITES.indexOf(b.suite));
const found = Object.entries(runtimes)
  .filter(([, runtime]) => !('missing' in runtime))
  .map(([name, { version }]) => [name, version]);
// Contenders of results from files need not be installed here.
const elsewhere = measured.flatMap(({ machine }) => Object.entries(machine.versions));
const machine = describeMachine(Object.fromEntries([...found, ...elsewhere]));
console.log(machine);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
if (values.chart !== undefined) {
  for (const suite of new Set(rows.map((row) => row.suite))) {
    const chart = await drawChart(
      rows.filter((row) => row.suite === suite),
      machine,
    );
    writeFileSync(path.join(values.chart, `${suite}.svg`), chart);
  }
}
if (values.headlines !== undefined) writeFileSync(values.headlines, drawHeadlines(rows, machine));
if (earlier !== null) {
  const changes = changesSince(earlier.rows, rows);
  const than = `than on ${earlier.machine.date} (${earlier.machine.commit})`;
  if (changes.length === 0) console.log(`nothing has become slower or faster by more than a tenth ${than}`);
  else console.log(`Our cost, relative to other contenders, is different ${than}:\n${changesTable(changes)}`);
}
