// @bight/contextvars against AsyncLocalStorage, immutable, hamt_plus and CPython's contextvars.
//
//   pnpm build && node bench/contextvars.mjs [--rounds 9] [--only TEXT] [--install] [--json]
//
// Each section runs in a process of its own; all its contenders run in that process, in turn.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startPythonPeer } from './lib/python-peer.mjs';
import { findRuntimes } from './lib/runtimes.mjs';
import { progress, runSuite, suiteOptions } from './lib/suite.mjs';
import { resultsTable } from './lib/table.mjs';

const SUITE = 'contextvars';
const SECTIONS = ['get', 'run', 'setAndRun', 'objects', 'strings', 'integers'];

const options = suiteOptions({ section: { type: 'string' } });

if (options.section !== undefined) console.log(JSON.stringify(await measure(options.section)));
else await runAll();

async function measure(section) {
  const variables = await import('./contextvars/variables.mjs');
  const { hamt } = await import('./contextvars/hamt.mjs');
  return section in variables ? variables[section]() : hamt(section);
}

async function runAll() {
  const rows = [];
  for (const [index, section] of SECTIONS.entries()) {
    progress(index, SECTIONS.length + 1, section);
    const found = rowsOf(runSection(section)).filter(({ contest }) => contest.includes(options.only ?? ''));
    if (!options.json && found.length > 0) console.log(resultsTable(found));
    rows.push(...found);
  }
  const python = await startPythonPeer(findRuntimes(options).python, 'contextvars_operations.py');
  const skipped = 'missing' in python ? { CPython: python.missing } : {};
  const { cpythonContests } = await import('./contextvars/cpython.mjs');
  const contests = 'missing' in python ? [] : cpythonContests(python);
  await runSuite(SUITE, contests, { ...options, rounds: Number(options.rounds ?? 9), skipped, rows });
  python.stop?.();
}

function runSection(section) {
  const script = fileURLToPath(import.meta.url);
  const { status, stdout } = spawnSync(process.execPath, [script, '--section', section], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the section ${section} ended with status ${status}`);
  return JSON.parse(stdout);
}

/** Converts a section's comparisons into rows, one for each contender. */
function rowsOf(results) {
  const rows = new Map();
  const add = (row) => {
    const name = JSON.stringify([row.contest, row.contender]);
    if (!rows.has(name)) rows.set(name, { suite: SUITE, unit: 'ns', target: null, ...row });
  };
  for (const { name, ns, base, baseNs, ratio, atMost, timesFaster, nativeNs, nativeRatio } of results) {
    add({ contest: name, contender: 'bight', cost: ns, ratio: 1 });
    const target = atMost ?? (timesFaster === undefined ? null : 1 / timesFaster);
    add({ contest: name, contender: base, cost: baseNs, ratio, target });
    if (nativeNs != null)
      add({ contest: name, contender: 'native Map', cost: nativeNs, ratio: ratio / nativeRatio });
  }
  return [...rows.values()];
}
