import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { runCommandLine } from '../../src/cli/command-line.js';
import { worker } from '../../src/cli/serve-queue.js';

const empty = mkdtempSync(path.join(tmpdir(), 'bight-worker-'));
afterAll(() => rmSync(empty, { recursive: true }));

async function status(...args: string[]): Promise<[number, string]> {
  let text = '';
  const code = await runCommandLine(['worker', ...args], [worker], { write: (more) => (text += more) });
  return [code, text];
}

afterEach(() => {
  jest.restoreAllMocks();
});

test.each([
  [[], /missing required args/],
  [['queue'], /a module is missing/],
  [['queue', 'a.js', '--concurrency', '0'], /--concurrency must be an integer of at least 1, not 0/],
  [['queue', 'a.js', '--concurrency', 'many'], /--concurrency must be/],
  [['queue', 'a.js', '--lock', '0'], /--lock must be more than 0 seconds, not 0/],
  [['queue', 'a.js', '--loc', '1'], /Unknown option/],
] as const)('bight worker exits with 2 for wrong usage: %j', async (args, message) => {
  jest.spyOn(console, 'info').mockImplementation(() => {});
  expect(await status(...args)).toEqual([2, expect.stringMatching(message)]);
});

test('bight worker names the package that it needs where that is not installed', async () => {
  const program = nodeArguments('packages/bight/src/bin.ts', ['worker', 'queue', 'a.js']);
  const child = spawn(process.execPath, program, { cwd: empty, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  expect([code, output]).toEqual([
    1,
    "bight: 'bight worker' needs the package @bight/executor-bullmq, which is not installed: npm install @bight/executor-bullmq\n",
  ]);
});
