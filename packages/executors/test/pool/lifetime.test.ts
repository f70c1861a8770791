import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';

// Each of these starts a program, and that one its workers: on a busy machine that takes a while.
jest.setTimeout(120_000);

const program = fileURLToPath(new URL('../fixtures/lifetime.ts', import.meta.url));

/** Runs a scenario of fixtures/lifetime.ts as a program. */
async function run(
  kind: string,
  scenario: string,
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, nodeArguments(program, [kind, scenario]), {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { code, output, errors };
}

describe.each(['thread', 'process'])('a program with a %s pool', (kind) => {
  test('ends by itself when the workers are idle', async () => {
    expect(await run(kind, 'idle')).toEqual({ code: 0, output: 'result\n', errors: '' });
  });

  test('does not end before its calls have', async () => {
    expect(await run(kind, 'pending')).toEqual({ code: 0, output: 'result 1\n', errors: '' });
  });

  test('shows everything that a call printed before the call ends', async () => {
    const { code, output, errors } = await run(kind, 'output');
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}\n`);
    expect({ code, output, errors }).toEqual({
      code: 0,
      output: `${lines.join('')}result 1000\n`,
      errors: '',
    });
  });

  test('gets no results from workers for which it did not wait', async () => {
    expect(await run(kind, 'brief')).toEqual({ code: 0, output: 'closed\n', errors: '' });
  });

  test('can send functions that its compiler has changed', async () => {
    expect(await run(kind, 'names')).toEqual({ code: 0, output: '[2,"inner"]\n', errors: '' });
  });

  test('leaves nothing behind when it exits in the middle of a call', async () => {
    const { code, output } = await run(kind, 'exit');
    expect(code).toBe(7);
    const pid = Number(/pid (\d+)/.exec(output)![1]);
    await goneOrRefused(pid);
  });
});

/** Resolves when the process has ended. A zombie counts as ended: its parent is gone, and init reaps it. */
async function goneOrRefused(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
