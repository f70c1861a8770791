import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { taskFrom } from '@bight/executors';
import { run } from '@bight/loop-core';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { repository } from '../../../../test/support/workspace.js';
import { QueueExecutor } from '../../src/index.js';
import { ownJobs } from '../support/paths.js';
import { freePort } from '../support/redis-server.js';

jest.setTimeout(300_000);

/** What `docker-compose config` makes of a file: it checks the file by its schema, and fills in the variables. */
interface Composition {
  readonly services: Readonly<Record<string, { image: string; command: string; volumes: string[] }>>;
}

const password = 'correct-horse';
const document = readFileSync(path.join(repository, 'docs/scaling.md'), 'utf8');
const [, text = ''] = /```yaml\n# docker-compose\.yml\n([\s\S]*?)```/.exec(document) ?? [];
let folder: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bight-compose-'));
});

afterAll(async () => {
  for (const child of children.reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

test('docker-compose accepts the file of the documentation, and refuses a changed one', () => {
  expect(Object.keys(compositionOf(text).services)).toEqual(['redis', 'worker']);
  expect(() => compositionOf(text.replace('image: redis:7', 'imge: redis:7'))).toThrow(/imge|image/);
});

test('the commands of its services, run on this machine, serve a queue with a password', async () => {
  const { redis, worker } = compositionOf(text).services;
  const port = await freePort();
  const [server, ...settings] = redis!.command.split(' ');
  const local = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder];
  children.push(spawn(server!, [...settings, ...local], { stdio: 'ignore' }));
  const connection = `redis://:${password}@127.0.0.1:${port}`;
  await answered(connection);

  const [npx, program, ...args] = worker!.command
    .replace('redis:6379', `127.0.0.1:${port}`)
    .replace('./images.js', fileURLToPath(ownJobs))
    .split(' ');
  expect([npx, program]).toEqual(['npx', 'bight']);
  expect(args).toContain(connection);
  const child = spawn(process.execPath, [path.join(repository, 'packages/bight/dist/bin.js'), ...args], {
    cwd: path.join(repository, 'examples'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const { value } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  expect(value).toBe('ready');

  await run(async () => {
    const executor = new QueueExecutor({ queue: 'images', connection });
    const add = taskFrom<(a: number, b: number) => number>(ownJobs, 'add');
    expect(await executor.submit(add, [2, 3])).toBe(5);
    await executor.shutdown();
  });
});

function compositionOf(yaml: string): Composition {
  const file = path.join(folder, 'docker-compose.yml');
  writeFileSync(file, yaml);
  const env = { ...process.env, REDIS_PASSWORD: password };
  const config = spawnSync('docker-compose', ['-f', file, 'config'], { env, encoding: 'utf8' });
  if (config.status !== 0) throw new Error(`docker-compose: ${config.stderr}${config.error ?? ''}`);
  // docker-compose is written in Python, and brings this library.
  const program = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', program], {
    input: config.stdout,
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(`python3: ${stderr}`);
  return JSON.parse(stdout);
}

/** Resolves once a server answers. */
async function answered(connection: string): Promise<void> {
  const redis = new Redis(connection, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  await redis.ping();
  redis.disconnect();
}
