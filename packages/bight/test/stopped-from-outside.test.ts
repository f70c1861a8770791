import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../test/support/compiled.js';
import { repository } from '../../../test/support/workspace.js';

const PROGRAM = 'packages/bight/test/programs/stopped-from-outside.ts';

/**
 * Runs a command as the first process of a namespace of its own, as in a container; as another user where root is
 * needed for it.
 */
const ways = [[], ['--user', '--map-root-user']].map((more) => [
  'unshare',
  ...more,
  '--pid',
  '--fork',
  '--mount-proc',
  '--kill-child',
]);
const asFirst = ways.find(
  ([unshare, ...options]) => spawnSync(unshare as string, [...options, 'true']).status === 0,
);

const started: ChildProcess[] = [];

afterEach(() => {
  // With what it has left behind: each is the leader of its group.
  for (const { pid } of started.splice(0)) {
    try {
      process.kill(-(pid as number), 'SIGKILL');
    } catch {
      // Nothing is left.
    }
  }
});

/** A program as its parent sees it: its lines, and how it ends. */
function start(args: readonly string[], prefix: readonly string[] = []) {
  const [command, ...rest] = [...prefix, process.execPath, ...nodeArguments(PROGRAM, args)];
  const child = spawn(command as string, rest, {
    cwd: repository,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    line: async () => (await lines.next()).value as string | undefined,
    /** As a terminal does it on Ctrl-C: to all processes of the group. */
    interrupt: () => process.kill(-(child.pid as number), 'SIGINT'),
    /** As a container's runtime does it: from outside of the namespace, to its first process. */
    terminate: () => {
      const inside = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      process.kill(Number(prefix.length > 0 ? inside : child.pid), 'SIGTERM');
    },
    end: new Promise((resolve) => child.once('exit', (status, signal) => resolve({ status, signal }))),
  };
}

describe('Ctrl-C', () => {
  test('makes a program clean up, and end with the status of the signal', async () => {
    const program = start(['clean']);
    expect(await program.line()).toBe('ready');
    program.interrupt();
    expect([await program.line(), await program.line()]).toEqual(['cleaning', 'clean']);
    expect(await program.end).toEqual({ status: 130, signal: null });
  });

  test('a second time, during the clean-up, ends the program at once', async () => {
    const program = start(['cleaning']);
    expect(await program.line()).toBe('ready');
    program.interrupt();
    expect(await program.line()).toBe('cleaning');
    program.interrupt();
    expect(await program.end).toEqual({ status: null, signal: 'SIGINT' });
    expect(await program.line()).toBeUndefined();
  });

  test("during the clean-up of run() waits for that, and the second time doesn't", async () => {
    const program = start(['leftBehind']);
    expect(await program.line()).toBe('cleaning');
    program.interrupt();
    expect(await program.line()).toBe('signal');
    program.interrupt();
    expect(await program.end).toEqual({ status: null, signal: 'SIGINT' });
  });

  test('a second time does not wait for a child that ignores SIGINT and SIGTERM', async () => {
    const program = start(['deafChild']);
    expect(await program.line()).toBe('ready');
    program.interrupt();
    expect([await program.line(), await program.line()]).toEqual(['cleaning', 'clean']);
    program.interrupt();
    expect(await program.end).toEqual({ status: null, signal: 'SIGINT' });
  });
});

describe('SIGTERM', () => {
  test('and then Ctrl-C ends the program with the status of SIGINT', async () => {
    const program = start(['cleaning']);
    expect(await program.line()).toBe('ready');
    program.terminate();
    expect(await program.line()).toBe('cleaning');
    program.interrupt();
    expect(await program.end).toEqual({ status: null, signal: 'SIGINT' });
  });

  test('ends a program with a child that ignores it when the grace period is over', async () => {
    const program = start(['deafChild', '0.05']);
    expect(await program.line()).toBe('ready');
    program.terminate();
    expect(await program.end).toEqual({ status: null, signal: 'SIGTERM' });
  });
});

if (asFirst === undefined) {
  console.log(
    'the kernel lets this user make no namespace of processes: what a container sees is not tested',
  );
} else {
  describe('as the first process of a container', () => {
    test('a program cleans up at SIGTERM, and ends with its status', async () => {
      const program = start(['clean'], asFirst);
      expect(await program.line()).toBe('ready');
      program.terminate();
      expect([await program.line(), await program.line()]).toEqual(['cleaning', 'clean']);
      expect(await program.end).toEqual({ status: 143, signal: null });
    });

    test('a second SIGTERM ends it, which the kernel does not do there', async () => {
      const program = start(['cleaning'], asFirst);
      expect(await program.line()).toBe('ready');
      program.terminate();
      expect(await program.line()).toBe('cleaning');
      program.terminate();
      expect(await program.end).toEqual({ status: 143, signal: null });
      expect(await program.line()).toBeUndefined();
    });

    test('and the end of the grace period, with a child that ignores SIGTERM', async () => {
      const program = start(['deafChild', '0.05'], asFirst);
      expect(await program.line()).toBe('ready');
      program.terminate();
      expect(await program.end).toEqual({ status: 143, signal: null });
    });
  });
}
