import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { browserProgram, expected } from '../../../../../test/support/browser-program.mjs';

// A page has microtasks and tasks of its event loop, and nothing else: this is Node with the rest removed.
const bare = `
  const { write } = process.stdout;
  const stdout = process.stdout;
  globalThis.report = (found) => write.call(stdout, JSON.stringify(found));
  delete globalThis.process;
  delete globalThis.setImmediate;
  delete globalThis.AsyncLocalStorage;
`;

// Engines write the source of a native function differently.
const nativeSources = {
  V8: (name: string) => `function ${name}() { [native code] }`,
  SpiderMonkey: (name: string) => `function ${name}() {\n    [native code]\n}`,
};

test.each(Object.entries(nativeSources))(
  'where nothing is carried over await, async functions, tasks, cancels and contexts work through the loop (%s)',
  (_engine, nativeSource) => {
    const engine = `
      const sourceOf = Function.prototype.toString;
      Function.prototype.toString = function () {
        const source = sourceOf.call(this);
        return source.includes('[native code]') ? (${nativeSource})(this.name) : source;
      };
    `;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=commonjs', '-'], {
      encoding: 'utf8',
      input: engine + bare + browserProgram(),
      timeout: 100_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(expected);
  },
);
