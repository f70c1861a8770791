// Measures @bight/contextvars against what it is compared with: `node bench/contextvars.mjs [--json] [section…]`. Run `pnpm build` first.
// Each section runs in a process of its own; all its contenders run in that process, in turn.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const sections = ['get', 'run', 'setAndRun', 'objects', 'strings', 'integers'];
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const json = process.argv.includes('--json');

if (process.argv.includes('--child')) {
  const [section] = names;
  const variables = await import('./contextvars/variables.mjs');
  const { hamt } = await import('./contextvars/hamt.mjs');
  console.log(JSON.stringify(section in variables ? variables[section]() : hamt(section)));
} else {
  const results = (names.length > 0 ? names : sections).flatMap(runSection);
  if (json) console.log(JSON.stringify({ node: process.version, results }, null, 2));
  else printTable(results);
}

function runSection(section) {
  const script = fileURLToPath(import.meta.url);
  const { status, stdout } = spawnSync(process.execPath, [script, '--child', section], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout);
}

function printTable(results) {
  console.log(`Node ${process.version}; medians of ratios\n`);
  console.log('| operation | ns | against | ns | measured | target | |');
  console.log('| --- | ---: | --- | ---: | ---: | ---: | --- |');
  for (const result of results) {
    const { name, ns, base, baseNs } = result;
    const { measured, target, verdict } = judge(result);
    console.log(
      `| ${name} | ${ns.toFixed(1)} | ${base} | ${baseNs.toFixed(1)} | ${measured} | ${target} | ${verdict} |`,
    );
  }
}

/** A ratio in the terms of its target: so many times the time, or so many times faster. */
function judge({ ratio, atMost, timesFaster, nativeRatio }) {
  if (timesFaster !== undefined) {
    const native = nativeRatio === undefined ? '' : `; native Map ${(1 / nativeRatio).toFixed(2)} ×`;
    return {
      measured: `${(1 / ratio).toFixed(2)} × faster`,
      target: `≥ ${timesFaster} ×`,
      verdict: 1 / ratio >= timesFaster ? 'met' : `missed${native}`,
    };
  }
  return {
    measured: `${ratio.toFixed(2)} × the time`,
    target: atMost === undefined ? '' : `≤ ${atMost} ×`,
    verdict: atMost === undefined ? '' : ratio <= atMost ? 'met' : 'missed',
  };
}
