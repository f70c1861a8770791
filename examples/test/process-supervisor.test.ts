import { expect, test } from '@jest/globals';
import { runTypeScript } from '../../test/support/run-typescript.js';
import { processExists } from '../../test/support/system.js';
import { RunningExample } from './support/example.js';

test('the supervisor ends when its programs have ended well', async () => {
  const outcome = await runTypeScript('examples/src/process-supervisor.ts', {
    args: ['one=echo hello', 'true'],
  });
  expect(outcome).toMatchObject({ status: 0, signal: null, stderr: '' });
  const lines = outcome.stdout.split('\n');
  expect(lines.filter((line) => line.startsWith('one ')).slice(1)).toEqual([
    'one | hello',
    'one ended with status 0',
  ]);
  expect(lines).toContain('true ended with status 0');
  expect(lines.slice(-2)).toEqual(['All programs have ended.', '']);
});

test('the supervisor starts a program that fails again, each time later, and gives it up in the end', async () => {
  const supervisor = new RunningExample('process-supervisor', [
    'steady=sleep 1000',
    'bad=sh -c "exit 3"',
    '--first-delay=0.001',
    '--restarts=2',
  ]);
  const [steady] = await supervisor.until(/^steady runs as (\d+)$/);
  const { status, rest, errorOutput } = await supervisor.end();
  expect({ status, errorOutput }).toEqual({ status: 1, errorOutput: 'bad failed 3 times\n' });
  const ofBad = rest.filter((line) => /^bad (ended|starts|was)/.test(line));
  expect(ofBad).toEqual([
    'bad ended with status 3',
    'bad starts again in 0.001 s',
    'bad ended with status 3',
    'bad starts again in 0.002 s',
    'bad ended with status 3',
  ]);
  // The other programs are not left behind.
  expect(processExists(Number(steady))).toBe(false);
});

test('at SIGHUP, the supervisor replaces the processes', async () => {
  const supervisor = new RunningExample('process-supervisor', ['steady=sleep 1000']);
  const [before] = await supervisor.until(/^steady runs as (\d+)$/);
  supervisor.signal('SIGHUP');
  await supervisor.until(/^steady was ended by signal 15$/);
  const [after] = await supervisor.until(/^steady runs as (\d+)$/);
  expect(after).not.toBe(before);
  supervisor.signal('SIGTERM');
  expect(await supervisor.end()).toEqual({ status: 0, rest: ['All programs have ended.'], errorOutput: '' });
  expect([before, after].map((pid) => processExists(Number(pid)))).toEqual([false, false]);
});

test('the supervisor kills a program that does not want to end', async () => {
  // Ends only at SIGKILL, and prints a line when it is ready.
  const stubborn = `${process.execPath} -e "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6); console.log('ready')"`;
  const supervisor = new RunningExample('process-supervisor', [`stubborn=${stubborn}`]);
  const [pid] = await supervisor.until(/^stubborn runs as (\d+)$/);
  await supervisor.until(/^stubborn \| ready$/);
  supervisor.signal('SIGINT');
  expect(await supervisor.end()).toMatchObject({ status: 0, errorOutput: '' });
  expect(processExists(Number(pid))).toBe(false);
});
