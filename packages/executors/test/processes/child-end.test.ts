import { type ChildProcess, spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { watchChildEnd } from '../../src/processes/child-end.js';

function start(program: string, executable = process.execPath): ChildProcess {
  return spawn(executable, ['--eval', program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

function endOf(child: ChildProcess): Promise<[string, Error | undefined]> {
  return new Promise((resolve) => watchChildEnd(child, (how, error) => resolve([how, error])));
}

test.each([
  ['process.exit(3)', 'exited with code 3'],
  ["process.kill(process.pid, 'SIGKILL')", 'was killed by SIGKILL'],
  // The channel is closed long before the process ends, or ends with it.
  ['process.disconnect(); setImmediate(() => process.exit(0))', 'exited with code 0'],
])('a process that runs %s', async (program, how) => {
  expect(await endOf(start(program))).toEqual([how, undefined]);
});

test('a process that cannot be started, with the error', async () => {
  const [how, error] = await endOf(start('', '/no/such/program'));
  expect(how).toBe('could not be started');
  expect(error).toMatchObject({ code: 'ENOENT' });
});

test('the last message comes before the end', async () => {
  const child = start("process.send('x'.repeat(1_000_000)); process.send('last', () => process.exit(0))");
  const seen: unknown[] = [];
  child.on('message', (message: string) => seen.push(message.at(-1)));
  seen.push((await endOf(child))[0]);
  expect(seen).toEqual(['x', 't', 'exited with code 0']);
});
