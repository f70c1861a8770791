import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';

const program = (name: string) => path.join('packages/loop-core/test/programs', `${name}.ts`);

describe('a process', () => {
  test('ends when its loop has closed, whatever was still pending', async () => {
    const { status, stdout, stderr } = await runTypeScript(program('ends-by-itself'));
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'done\n', stderr: '' });
  });

  test('ends when its loop has closed on the host of browsers, too', async () => {
    const { status, stdout, stderr } = await runTypeScript(program('ends-on-web-host'));
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'done\n', stderr: '' });
  });

  test('stays alive while a loop runs, even if it has nothing to do', async () => {
    const { status, stdout } = await runTypeScript(program('stays-alive'));
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'stopped\n' });
  });

  test('warns when it ends with tasks on a loop that never ran', async () => {
    const { status, stderr } = await runTypeScript(program('never-run'));
    expect(status).toBe(0);
    expect(stderr).toContain('BIGHT_LOOP_NEVER_RAN');
    expect(stderr).toContain("name='forgotten'");
  });

  test('sees callbacks that fail on its standard error, with their cause', async () => {
    const { status, stderr } = await runTypeScript(program('default-handler'));
    expect(status).toBe(0);
    expect(stderr).toContain('Exception in callback failing()\n');
    expect(stderr).toContain('Error: broken');
    expect(stderr).toContain('RangeError: the reason');
  });

  test('keeps its loop running after foreign ticks and microtasks throw, if it survives that', async () => {
    const { status, stdout } = await runTypeScript(program('foreign-errors'));
    const seen = 'microtask one, microtask two, one was awaited, tick one, tick two, two was awaited\n';
    expect({ status, stdout }).toEqual({ status: 0, stdout: seen });
  });

  test('can turn debug mode on with BIGHT_DEBUG', async () => {
    const { stderr } = await runTypeScript(program('default-handler'), { env: { BIGHT_DEBUG: '1' } });
    expect(stderr).toContain('Object created at');
    // What a program passes to its callbacks may be a password: only debug mode shows it.
    expect(stderr).toContain('Exception in callback failing(5)\n');
  });
});
