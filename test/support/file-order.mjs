// The order in which jest runs test files: slowest first, so that no worker is left with a long one at the end. Jest
// knows only how long the files took in earlier runs, which a fresh clone has not seen, and the size of a file says
// little.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// Jest's own sequencer, which is a dependency of a dependency of jest.
const chain = ['jest', 'jest-cli', 'jest-config', '@jest/test-sequencer'];
const file = chain.reduce((from, name) => createRequire(from).resolve(name), import.meta.url);
const { default: Sequencer } = createRequire(import.meta.url)(file);

/**
 * By their paths in the repository: the slowest files, with the seconds that they take, and those that load the
 * TypeScript compiler, after which every collection of garbage takes the worker longer.
 */
const { first, last } = JSON.parse(readFileSync(new URL('./file-order.json', import.meta.url), 'utf8'));

export default class FileOrder extends Sequencer {
  time(test) {
    return super.time(test) ?? (first[nameOf(test)] ?? 1) * 1000;
  }

  sort(tests) {
    const sorted = super.sort(tests);
    const isLate = (test) => last.includes(nameOf(test)) && !this.hasFailed(test);
    return [...sorted.filter((test) => !isLate(test)), ...sorted.filter(isLate)];
  }
}

function nameOf(test) {
  return path.relative(test.context.config.rootDir, test.path).replaceAll(path.sep, '/');
}
