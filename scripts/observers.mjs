// Runs published profilers, tracers and loggers that follow asynchronous contexts on every line of Node: `node
// scripts/observers.mjs [NAME…]`. A value that is set around a task has to be visible in the task, its callbacks, its
// timers and its children, and nowhere else; and nothing may crash. With --sample it uses only this Node. Installs the
// packages of .ci/observers. Needs the build of `npm test`. The last line is `N passed, N failed`.
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root } from './packages.mjs';
import { Tally } from './smoke/tally.mjs';
import { installPackages, installTools } from './smoke/tools.mjs';

const observers = [
  'opentelemetry',
  'opentelemetry-hooks',
  'sentry',
  'dd-trace',
  'dd-trace-profiling',
  'pino',
  'nestjs-cls',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'boolean' } },
});
const isWanted = (name) => positionals.length === 0 || positionals.includes(name);
const tally = new Tally();
try {
  const folder = installPackages('observers', ['--ignore-scripts']);
  for (const { name, command } of runtimes()) {
    for (const observer of observers.filter(isWanted)) {
      // It keeps values by the ids of async resources, which our callbacks share: decision 033.
      const env = observer === 'opentelemetry-hooks' ? { BIGHT_NODE_INTERNALS: 'off' } : {};
      await play(`${observer} on ${name}: what is set around a task is there in it`, command, {
        program: 'contexts.mjs',
        args: [observer],
        env,
        folder,
      });
    }
    if (isWanted('pprof')) {
      for (const [title, kind] of [
        ['labels by the map of contexts', 'cped'],
        ['labels by hand', 'hand'],
      ]) {
        await play(`@datadog/pprof on ${name}: ${title} are those of tasks and callbacks`, command, {
          program: 'labels.mjs',
          args: [kind],
          env: {},
          folder,
        });
      }
    }
  }
} catch (error) {
  tally.note('observers', [String(error?.stack ?? error)]);
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function runtimes() {
  if (values.sample) return [{ name: 'this node', command: process.execPath }];
  return installTools().runtimes.filter(({ kind, name }) => kind === 'node' && name !== 'this node');
}

function play(title, command, { program, args, env, folder }) {
  const file = path.join(root, 'scripts', 'observers', program);
  return tally.program(title, command, ['--no-warnings', file, ...args], {
    cwd: folder,
    env: { ...env, BIGHT: path.join(root, 'packages', 'bight', 'dist', 'index.js') },
  });
}
