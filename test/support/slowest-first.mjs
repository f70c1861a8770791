// The order in which jest runs test files: slowest first, so that no worker is left with a long one at the end. Jest knows only how long
// the files took in earlier runs, which a fresh clone has not seen, and the size of a file says little.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

// Jest's own sequencer, which is a dependency of a dependency of jest.
const chain = ['jest', 'jest-cli', 'jest-config', '@jest/test-sequencer'];
const file = chain.reduce((from, name) => createRequire(from).resolve(name), import.meta.url);
const { default: Sequencer } = createRequire(import.meta.url)(file);

/** The seconds that the slowest files take, by their paths in the repository. */
const slowFiles = JSON.parse(readFileSync(new URL('./slow-files.json', import.meta.url), 'utf8'));

export default class SlowestFirst extends Sequencer {
  time(test) {
    const known = super.time(test);
    if (known !== undefined) return known;
    const name = path.relative(test.context.config.rootDir, test.path).replaceAll(path.sep, '/');
    return (slowFiles[name] ?? 1) * 1000;
  }
}
