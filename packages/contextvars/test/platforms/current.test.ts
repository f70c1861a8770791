import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { bundle } from '../support/bundle.js';

const program = `
  import { ContextVar, copyContext } from '../src/index.js';
  import { startupSnapshot } from 'node:v8';
  const variable = new ContextVar('v', { default: 'none' });
  variable.set('set while building');
  const context = copyContext();
  context.run(() => variable.set('of a context'));
  startupSnapshot.setDeserializeMainFunction(async () => {
    const inside = copyContext().run(async () => {
      variable.set('inside');
      await null;
      return variable.get();
    });
    console.log(await inside, variable.get(), context.run(() => variable.get()));
  });
`;

test('a startup snapshot holds contexts and variables, which follow await in the started program', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bight-snapshot-'));
  try {
    const [file, blob] = [path.join(folder, 'main.cjs'), path.join(folder, 'main.blob')];
    writeFileSync(file, await bundle(program, 'cjs'));
    const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });
    const built = node('--snapshot-blob', blob, '--build-snapshot', file);
    expect(built.stderr).toBe('');
    expect(built.status).toBe(0);
    expect(node('--snapshot-blob', blob)).toMatchObject({
      status: 0,
      stdout: 'inside set while building of a context\n',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
