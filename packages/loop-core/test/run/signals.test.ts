import { describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';

/** Runs a program that sends itself signals. */
async function stopped(program: string) {
  const file = 'packages/loop-core/test/programs/stopped-by-signals.ts';
  const { stdout, stderr, status, signal } = await runTypeScript(file, { args: [program] });
  return { status, signal, stderr, lines: stdout.split('\n').slice(0, -1) };
}

const NONE = 'listeners: 0,0';

describe('the first signal that run() was given', () => {
  test.each([
    ['interrupted', ['main: CancelledError', 'KeyboardInterrupt SIGINT true', 'cause true', NONE]],
    ['terminated', ['main: CancelledError', 'SignalInterrupt SIGTERM false', 'cause true', NONE]],
    ['generator', ['main: finally', 'SignalInterrupt SIGTERM false', 'cause true', NONE]],
  ])('cancels the main coroutine, and run() throws (%s)', async (program, lines) => {
    expect(await stopped(program)).toEqual({ status: 0, signal: null, stderr: '', lines });
  });

  test('ends a program that does not catch the error with the status of the signal', async () => {
    const { status, lines } = await stopped('uncaught');
    expect({ status, lines }).toEqual({ status: 143, lines: ['main: CancelledError'] });
  });

  test('leaves the value of a main coroutine that goes on, and its error', async () => {
    const [swallowed, failing] = [await stopped('swallowed'), await stopped('failing')];
    expect(swallowed.lines).toEqual(['main: CancelledError', 'value went on', NONE]);
    expect(failing.lines).toEqual(['main: CancelledError', 'Error: while cleaning up', NONE]);
  });

  test('is counted for each run of a runner, and the grace period with it', async () => {
    const { status, signal, lines } = await stopped('twice');
    const others = { status, signal };
    expect(others).toEqual({ status: 0, signal: null });
    expect(lines.filter((line) => !line.startsWith('listeners'))).toEqual([
      'main: CancelledError',
      'SignalInterrupt SIGTERM false',
      'cause true',
      'value in between',
      'again: CancelledError',
      'SignalInterrupt SIGTERM false',
      'cause true',
      'value closed',
    ]);
    expect(lines.at(-1)).toBe(NONE);
  });
});

describe('by its own default ends the process', () => {
  test.each([
    ['same', 'SIGTERM', ['stubborn: CancelledError']],
    ['other', 'SIGINT', ['stubborn: CancelledError']],
    ['ownListener', 'SIGTERM', ['own listener', 'stubborn: CancelledError']],
  ])('a second signal (%s)', async (program, by, before) => {
    const { status, signal, lines } = await stopped(program);
    expect({ status, signal }).toEqual({ status: null, signal: by });
    expect(lines.slice(0, before.length)).toEqual(before);
  });

  test.each([
    ['grace', 'SIGTERM'],
    ['graceOfDefault', 'SIGINT'],
  ])('the first one, when the grace period is over (%s)', async (program, by) => {
    const { status, signal } = await stopped(program);
    expect({ status, signal }).toEqual({ status: null, signal: by });
  });

  test('a signal that was not named', async () => {
    const { status, signal, lines } = await stopped('notNamed');
    expect({ status, signal, lines }).toEqual({ status: null, signal: 'SIGINT', lines: [] });
  });

  test('nothing, after a run that has ended in time', async () => {
    const { status, signal, lines } = await stopped('inTime');
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    expect(lines.at(-1)).toBe('still there');
  });
});

test('an invalid signal or grace period is refused before the program begins', async () => {
  const { lines } = await stopped('refused');
  expect(lines).toEqual([
    'ValueError',
    'ValueError',
    'TypeError',
    'TypeError',
    'ValueError',
    'ValueError',
    'TypeError',
  ]);
});
