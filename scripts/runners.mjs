// Runs the same simulated tests under jest, vitest and node:test, on this Node, with the built packages. All have to
// pass, and the seeded program among them has to have exactly the same output under each. `--help` prints this.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './packages.mjs';
import { run } from './run.mjs';
import { installTools } from './smoke/tools.mjs';

if (process.argv.includes('--help')) {
  console.log('usage: node scripts/build.mjs && node scripts/runners.mjs\n');
  console.log(
    'Runs test/smoke/runners under jest, vitest and node:test, and compares what a seeded program did.',
  );
  process.exit();
}

const require = createRequire(import.meta.url);
const { vitest } = installTools();
const folder = mkdtempSync(path.join(root, 'examples', '.runners-'));
const digests = path.join(folder, 'digests');
let passed = 0;
let failed = 0;

function check(name, isFine) {
  console.log(`${isFine ? 'passed' : 'FAILED'}: ${name}`);
  if (isFine) passed++;
  else failed++;
}

try {
  cpSync(path.join(root, 'test', 'smoke', 'runners'), folder, { recursive: true });
  mkdirSync(path.join(folder, 'node_modules', '@jest'), { recursive: true });
  symlinkSync(vitest, path.join(folder, 'node_modules', 'vitest'));
  const globals = path.dirname(require.resolve('@jest/globals/package.json'));
  symlinkSync(globals, path.join(folder, 'node_modules', '@jest', 'globals'));
  writeFileSync(digests, '');
  const jestConfig = JSON.stringify({ rootDir: folder, testMatch: ['**/jest.test.mjs'], transform: {} });
  const jest = [require.resolve('jest/bin/jest'), '--config', jestConfig];
  const runners = {
    'node:test': ['--test', path.join(folder, 'node.test.mjs')],
    jest: ['--experimental-vm-modules', '--no-warnings', ...jest],
    vitest: [path.join(vitest, 'vitest.mjs'), 'run', '--root', folder, '--dir', folder, 'vitest.test.mjs'],
  };
  for (const [name, args] of Object.entries(runners)) {
    const env = { ...process.env, RUNNERS_DIGESTS: digests };
    check(`under ${name}`, run(process.execPath, args, { cwd: folder, env }) === 0);
  }
  const lines = readFileSync(digests, 'utf8').trim().split('\n');
  const found = new Set(lines.map((line) => line.split(' ')[0]));
  check(`a program does the same under all:\n${lines.join('\n')}`, lines.length === 3 && found.size === 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
