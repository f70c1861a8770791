import { describe, expect, test } from '@jest/globals';
import { runTypeScript } from '../../../../test/support/run-typescript.js';

/** Runs a program that interrupts itself. */
async function interrupted(program: string) {
  const file = 'packages/loop-core/test/programs/interrupted.ts';
  const { stdout, ...outcome } = await runTypeScript(file, { args: [program] });
  return { ...outcome, lines: stdout.split('\n').slice(0, -1) };
}

describe('Ctrl-C while run() runs', () => {
  test('cancels the main coroutine, and run() throws a KeyboardInterrupt', async () => {
    const { status, stderr, lines } = await interrupted('caught');
    expect(lines).toEqual(['main: CancelledError', 'caught true SIGINT', 'cause true', 'listeners: 0']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.each(['uncaught', 'unawaited'])(
    'ends a program with status 130 when it is not caught (%s)',
    async (program) => {
      const { status, stderr, lines } = await interrupted(program);
      expect(status).toBe(130);
      expect(stderr).toContain('KeyboardInterrupt');
      expect(lines[0]).toBe('main: CancelledError');
    },
  );

  test('leaves the status to a handler of uncaught exceptions', async () => {
    const { status, lines } = await interrupted('handledElsewhere');
    expect({ status, lines }).toEqual({
      status: 3,
      lines: ['main: CancelledError', 'handler: KeyboardInterrupt'],
    });
  });

  test('gives the result of a main coroutine that goes on', async () => {
    const { status, lines } = await interrupted('swallowed');
    expect({ status, lines }).toEqual({ status: 0, lines: ['main: CancelledError', 'went on'] });
  });

  test('gives the error of a main coroutine that fails', async () => {
    const { lines } = await interrupted('otherError');
    expect(lines).toEqual(['main: CancelledError', 'caught while cleaning up']);
  });

  test('does not hide that code has cancelled the main task, too', async () => {
    const { lines } = await interrupted('alsoCancelled');
    expect(lines).toEqual(['main: CancelledError', 'main: CancelledError', 'caught CancelledError']);
  });

  test('stops the loop the second time, and cancels what is left', async () => {
    const { status, lines } = await interrupted('second');
    expect(status).toBe(130);
    expect(lines.slice(0, 1)).toEqual(['main: CancelledError']);
    expect(lines.slice(1).sort()).toEqual(['main again: CancelledError', 'other: CancelledError']);
  });

  test('does not wait, the second time, for a coroutine that does not let itself be cancelled', async () => {
    const { status, lines } = await interrupted('stubborn');
    expect(status).toBe(130);
    expect(lines).toEqual([
      'first: CancelledError',
      'stubborn: CancelledError',
      'Task was destroyed but it is pending!',
    ]);
  });

  test.each(['ownHandlerBefore', 'ownHandlerLater'])(
    'is left to a program that listens for SIGINT (%s)',
    async (program) => {
      const { status, lines } = await interrupted(program);
      expect({ status, lines }).toEqual({
        status: 0,
        lines: ['own handler', 'not cancelled', 'listeners: 1'],
      });
    },
  );
});

describe('Ctrl-C after the run', () => {
  test('ends the process as if there had been no run', async () => {
    const { status, signal, lines } = await interrupted('afterTheRun');
    expect({ status, signal, lines }).toEqual({ status: null, signal: 'SIGINT', lines: ['listeners: 0'] });
  });
});
