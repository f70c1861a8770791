import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { taskFrom } from '@bight/executors';
import { gather, run } from '@bight/loop-core';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { repository } from '../../../../test/support/workspace.js';
import { certificates } from '../../../loop-net/test/support/certificates.js';
import { QueueExecutor } from '../../src/index.js';
import { ownJobs } from '../support/paths.js';
import { RedisServer } from '../support/redis-server.js';

jest.setTimeout(60_000);

const password = 'correct-horse';
const add = taskFrom<(a: number, b: number) => number>(ownJobs, 'add');
let redis: RedisServer;
let worker: ChildProcess;

beforeAll(async () => {
  const { ca, server } = certificates();
  const { certFile, keyFile } = server;
  redis = await RedisServer.start({ password, ca: ca.cert, caFile: ca.certFile, certFile, keyFile });
  // A private authority is given to the process: `bight worker` takes an address only.
  const command = ['worker', 'safe', ownJobs, '--connection', redis.url];
  worker = spawn(process.execPath, [path.join(repository, 'packages/bight/dist/bin.js'), ...command], {
    cwd: path.join(repository, 'examples'),
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca.certFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { value } = await createInterface(worker.stdout!)[Symbol.asyncIterator]().next();
  expect(value).toBe('ready');
});

afterAll(async () => {
  try {
    worker.kill('SIGTERM');
    const [code] = await once(worker, 'exit');
    expect([code, await redis.keys()]).toEqual([0, []]);
  } finally {
    await redis.stop();
  }
});

const connection = (more: object = {}) => ({
  host: '127.0.0.1',
  port: redis.port,
  password,
  tls: { ca: certificates().ca.cert },
  ...more,
});

test('jobs travel over TLS, with a password', async () => {
  await run(async () => {
    const executor = new QueueExecutor({ queue: 'safe', connection: connection() });
    expect(await gather([1, 2, 3].map((n) => executor.submit(add, [n, n])))).toEqual([2, 4, 6]);
    await executor.shutdown();
  });
});

test.each([
  ['a wrong password', () => connection({ password: 'wrong' }), /WRONGPASS|invalid username-password/],
  ['no password', () => connection({ password: undefined }), /NOAUTH|Authentication required/],
  [
    'a certificate that is not trusted',
    () => connection({ tls: {} }),
    /self[- ]signed|unable to (get|verify)/,
  ],
  ['no TLS', () => connection({ tls: undefined }), /./],
])('%s fails the futures with the reason', async (_, options, message) => {
  await run(async () => {
    const executor = new QueueExecutor({ queue: 'safe', connection: options(), connectTimeout: 2 });
    await expect(async () => await executor.submit(add, [1, 2])).rejects.toThrow(message);
    expect(executor.state).toBe('closed');
    await executor.shutdown();
  });
});
