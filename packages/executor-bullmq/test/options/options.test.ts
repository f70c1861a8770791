import { ContextVar, ValueError } from '@bight/contextvars';
import { run } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { QueueExecutor, QueueWorker } from '../../src/index.js';

const connection = 'redis://127.0.0.1:1';
const url = new URL('file:///work.js');

describe('a QueueExecutor refuses, before it opens anything,', () => {
  test.each([
    [undefined, TypeError, /options must be an object/],
    [{}, TypeError, /queue must be a string/],
    [{ queue: 'a:b', connection }, ValueError, /queue must be a name without colons/],
    [{ queue: '', connection }, ValueError, /queue/],
    [{ queue: 'q' }, TypeError, /connection must be a URL/],
    [{ queue: 'q', connection: 'http://127.0.0.1' }, ValueError, /redis:/],
    [{ queue: 'q', connection: 'nonsense' }, ValueError, /redis:/],
    [{ queue: 'q', connection: { keyPrefix: 'a' } }, TypeError, /keyPrefix/],
    [{ queue: 'q', connection, conection: 1 }, TypeError, /conection/],
    [{ queue: 'q', connection, connectTimeout: 0 }, ValueError, /connectTimeout/],
    [{ queue: 'q', connection, orphans: 'keep' }, ValueError, /orphans must be 'finish' or 'cancel'/],
    [{ queue: 'q', connection, heartbeat: '1' }, TypeError, /heartbeat/],
    [
      { queue: 'q', connection, contextVars: [new ContextVar('a'), new ContextVar('a')] },
      ValueError,
      /names of their own/,
    ],
    [{ queue: 'q', connection, contextVars: [1] }, TypeError, /a ContextVar/],
    [{ queue: 'q', connection, onState: 1 }, TypeError, /onState/],
  ])('%j', (options, errorClass, message) => {
    const make = () => new QueueExecutor(options as never);
    expect(make).toThrow(errorClass);
    expect(make).toThrow(message);
  });
});

test.each([
  [{ maxWorkers: 0 }, ValueError],
  [{ maxWorkers: '1' }, TypeError],
  [{ queue: 'q' }, TypeError],
])('QueueExecutor.local() refuses %j', (options, errorClass) => {
  expect(() => QueueExecutor.local(options as never)).toThrow(errorClass);
});

test.each([
  [{ queue: 'q', connection }, TypeError, /modules must be an iterable/],
  [{ queue: 'q', connection, modules: [] }, ValueError, /at least one module/],
  [{ queue: 'q', connection, modules: ['./relative.js'] }, ValueError, /absolute/],
  [{ queue: 'q', connection, modules: [url], concurrency: 0 }, ValueError, /concurrency/],
  [{ queue: 'q', connection, modules: [url], lock: 0 }, ValueError, /lock/],
  [{ queue: 'q', connection, modules: [url], locks: 1 }, TypeError, /locks/],
  [{ queue: 'q', connection, modules: [url], onError: 1 }, TypeError, /onError/],
])('a QueueWorker refuses %j', async (options, errorClass, message) => {
  await run(async () => {
    const make = () => new QueueWorker(options as never);
    expect(make).toThrow(errorClass);
    expect(make).toThrow(message);
  });
});
