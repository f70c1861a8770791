import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { bundle } from '../support/bundle.js';

const copy = `
  export * from '../src/index.js';
  export * from '../src/low-level.js';
  export { currentPlatform } from '../src/platforms/current.js';
`;

const program = `
  const [first, second] = process.argv.slice(2).map((file) => require(file));
  const variable = new first.ContextVar('v', { default: 'none' });

  const inOf = (outer, inner) =>
    outer.copyContext().run(async () => {
      variable.set('outer');
      const inside = inner.copyContext().run(async () => {
        const before = variable.get();
        variable.set('inner');
        await new Promise(setImmediate);
        return [before, variable.get(), outer.currentContext() === inner.currentContext()];
      });
      await null;
      const carrier = outer.captureWith(outer.runContext(outer.copyContext(), null, null));
      variable.set('later');
      return [...(await inside), variable.get(), inner.runInCarrier(inner.capture(), () => variable.get(), null, null),
        outer.runInCarrier(carrier, () => variable.get(), null, null)];
    });

  (async () => {
    const answers = [await inOf(first, second), await inOf(second, first), variable.get()];
    const platforms = [first, second].map((copy) => copy.currentPlatform().constructor.name);
    console.log(JSON.stringify({ answers, platforms }));
  })();
`;

test.each([
  [undefined, 'browser'],
  ['browser', undefined],
] as const)(
  'a copy that was built for %s and one for %s share their contexts on Node',
  async (...conditions) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bight-copies-'));
    try {
      const files = ['first.cjs', 'second.cjs', 'main.cjs'].map((name) => path.join(folder, name));
      const [first, second, main] = files as [string, string, string];
      writeFileSync(first, await bundle(copy, 'cjs', conditions[0]));
      writeFileSync(second, await bundle(copy, 'cjs', conditions[1]));
      writeFileSync(main, program);
      const { stdout, stderr } = spawnSync(process.execPath, [main, first, second], { encoding: 'utf8' });
      expect(stderr).toBe('');
      const seen = ['outer', 'inner', true, 'later', 'later', 'outer'];
      const { answers, platforms } = JSON.parse(stdout);
      expect(answers).toEqual([seen, seen, 'none']);
      expect(platforms[conditions.indexOf('browser')]).toBe('PlainPlatform');
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('the builds for browsers and edge runtimes have nothing of what Node does not document', async () => {
  for (const condition of ['browser', 'workerd'] as const)
    expect(await bundle(copy, 'esm', condition)).not.toMatch(/kResourceStore|context_frame/);
  expect(await bundle(copy, 'esm')).toMatch(/kResourceStore.*context_frame/s);
});
