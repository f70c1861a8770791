import { closeSync, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { KeyError, NotImplementedError, RuntimeError, ValueError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import {
  type BaseSelector,
  DefaultSelector,
  EpollSelector,
  EVENT_READ,
  EVENT_WRITE,
  KqueueSelector,
  PollSelector,
  SelectSelector,
  Socket,
  socketpair,
} from '../../src/index.js';
import { thrownBy } from '../support/errors.js';

const wrong = (value: unknown) => value as never;
const own = process.platform === 'darwin' ? KqueueSelector : EpollSelector;
const foreign = process.platform === 'darwin' ? EpollSelector : KqueueSelector;

function pairOfSockets(): { a: Socket; b: Socket } & Disposable {
  const [a, b] = socketpair();
  return {
    a,
    b,
    [Symbol.dispose]() {
      a.close();
      b.close();
    },
  };
}

describe.each<[string, new () => BaseSelector<unknown>]>([
  [own.name, own],
  ['PollSelector', PollSelector],
  ['SelectSelector', SelectSelector],
])('%s', (_name, Selector) => {
  test('reports what is ready, for which events, with the data of its registration', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    const data = { any: 'thing' };
    const key = selector.register(pair.a, EVENT_READ | EVENT_WRITE, { data });
    expect(key).toEqual({ fileobj: pair.a, fd: pair.a.fileno(), events: 3, data });
    selector.register(pair.b.fileno(), EVENT_READ);
    expect(selector.select(0)).toEqual([[key, EVENT_WRITE]]);
    pair.b.sendall(Buffer.from('x'));
    expect(selector.select(0)).toEqual([[key, EVENT_READ | EVENT_WRITE]]);
    pair.a.sendall(Buffer.from('x'));
    expect(new Map(selector.select({ timeout: 0 }))).toEqual(
      new Map([
        [key, EVENT_READ | EVENT_WRITE],
        [selector.getKey(pair.b.fileno()), EVENT_READ],
      ]),
    );
  });

  test('refuses an option of select() that it does not know', () => {
    using selector = new Selector();
    expect(() => selector.select({ timeot: 0 } as never)).toThrow(TypeError);
  });

  test('stays ready until what it is ready for was done', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    selector.register(pair.a, EVENT_READ);
    pair.b.sendall(Buffer.from('xy'));
    expect(selector.select(null)).toHaveLength(1);
    expect(pair.a.recv(1)).toHaveLength(1);
    expect(selector.select()).toHaveLength(1);
    expect(pair.a.recv(1)).toHaveLength(1);
    expect(selector.select(0)).toEqual([]);
  });

  test('reports the end of a stream as readiness to read, and never more than it watches', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    const key = selector.register(pair.a, EVENT_READ);
    pair.b.close();
    expect(selector.select(1)).toEqual([[key, EVENT_READ]]);
    const changed = selector.modify(pair.a, EVENT_WRITE, { data: 1 });
    expect(selector.select(1)).toEqual([[changed, EVENT_WRITE]]);
  });

  test('changes events and data', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    selector.register(pair.a, EVENT_READ, { data: 'old' });
    const key = selector.modify(pair.a, EVENT_WRITE, { data: 'new' });
    expect(key).toMatchObject({ events: EVENT_WRITE, data: 'new' });
    expect(selector.select(0)).toEqual([[key, EVENT_WRITE]]);
    expect(selector.modify(pair.a, EVENT_WRITE).data).toBeUndefined();
  });

  test('watches no more what was unregistered, also after it was closed', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    const key = selector.register(pair.a, EVENT_WRITE);
    expect(selector.unregister(pair.a)).toBe(key);
    expect(selector.select(0)).toEqual([]);
    const closed = selector.register(pair.a, EVENT_WRITE);
    pair.a.close();
    expect(selector.unregister(pair.a)).toBe(closed);
    expect(selector.getMap()!.size).toBe(0);
  });

  test('takes a descriptor anew whose number a closed one had', () => {
    using selector = new Selector();
    const first = new Socket();
    const fd = first.fileno();
    selector.register(first, EVENT_READ);
    first.close();
    selector.unregister(fd);
    using pair = pairOfSockets();
    pair.b.sendall(Buffer.from('x'));
    const key = selector.register(pair.a, EVENT_READ);
    expect(selector.select(0)).toEqual([[key, EVENT_READ]]);
  });

  test('shows its registrations', () => {
    using pair = pairOfSockets();
    const selector = new Selector();
    const map = selector.getMap()!;
    const a = selector.register(pair.a, EVENT_READ);
    const b = selector.register(pair.b, EVENT_READ);
    expect([map.size, map.get(pair.a), map.get(pair.b.fileno()), map.has(1)]).toEqual([2, a, b, false]);
    expect([...map]).toEqual([
      [pair.a, a],
      [pair.b, b],
    ]);
    expect([[...map.keys()], [...map.values()]]).toEqual([
      [pair.a, pair.b],
      [a, b],
    ]);
    const seen: unknown[] = [];
    map.forEach((key, fileobj) => {
      seen.push(key, fileobj);
    });
    expect(seen).toEqual([a, pair.a, b, pair.b]);
    selector.close();
    expect(selector.getMap()).toBeNull();
  });

  test('refuses invalid arguments', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    selector.register(pair.a, EVENT_READ);
    expect(() => selector.register(pair.a, EVENT_READ)).toThrow(KeyError);
    expect(() => selector.register(pair.a.fileno(), EVENT_READ)).toThrow(KeyError);
    expect(() => selector.unregister(pair.b)).toThrow(KeyError);
    expect(() => selector.modify(pair.b, EVENT_READ)).toThrow(KeyError);
    expect(() => selector.getKey(pair.b)).toThrow(KeyError);
    for (const events of [0, 4, 7, -1, 1.5])
      expect(() => selector.register(pair.b, events)).toThrow(ValueError);
    expect(() => selector.register(pair.b, wrong('read'))).toThrow(TypeError);
    expect(() => selector.register(wrong({}), EVENT_READ)).toThrow(TypeError);
    expect(() => selector.register(wrong({ fileno: () => 'x' }), EVENT_READ)).toThrow(TypeError);
    expect(() => selector.register(-1, EVENT_READ)).toThrow(ValueError);
    expect(() => selector.register(pair.b, EVENT_READ, wrong('data'))).toThrow(TypeError);
    expect(() => selector.select(Number.NaN)).toThrow(ValueError);
    expect(() => selector.select(wrong('1'))).toThrow(TypeError);
    pair.b.close();
    expect(() => selector.register(pair.b, EVENT_READ)).toThrow(ValueError);
  });

  test('throws once it is closed, and closes again without an error', () => {
    using pair = pairOfSockets();
    const selector = new Selector();
    selector.register(pair.a, EVENT_READ);
    selector.close();
    selector.close();
    expect(() => selector.select(0)).toThrow(RuntimeError);
    expect(() => selector.register(pair.b, EVENT_READ)).toThrow(RuntimeError);
    expect(() => selector.getKey(pair.a)).toThrow(RuntimeError);
  });

  test('returns nothing when the time is over, and does not wait for a negative time', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    selector.register(pair.a, EVENT_READ);
    expect(selector.select(0.005)).toEqual([]);
    expect(selector.select(-5)).toEqual([]);
    using empty = new Selector();
    expect(empty.select(0)).toEqual([]);
  });

  test('blocks until another thread makes something ready', () => {
    using pair = pairOfSockets();
    using selector = new Selector();
    const key = selector.register(pair.a, EVENT_READ);
    const worker = new Worker(`require('fs').writeSync(${pair.b.fileno()}, 'x')`, { eval: true });
    expect(selector.select(20)).toEqual([[key, EVENT_READ]]);
    worker.unref();
  });

  test('handles more descriptors than one system call reports', () => {
    using selector = new Selector();
    const pairs = Array.from({ length: 700 }, () => pairOfSockets());
    for (const { a } of pairs) selector.register(a, EVENT_WRITE);
    const ready = selector.select(0);
    expect(new Set(ready.map(([key]) => key.fileobj)).size).toBe(700);
    for (const pair of pairs) pair[Symbol.dispose]();
  });
});

describe('the selectors of the platform', () => {
  test('have a descriptor of their own, which is ready when they are', () => {
    using pair = pairOfSockets();
    using inner = new own();
    using outer = new PollSelector();
    inner.register(pair.a, EVENT_READ);
    outer.register(inner, EVENT_READ);
    expect(outer.select(0)).toEqual([]);
    pair.b.sendall(Buffer.from('x'));
    expect(outer.select(1)).toHaveLength(1);
    inner.close();
    expect(inner.fileno()).toBe(-1);
  });

  test('report what they cannot watch as the system does', () => {
    using selector = new own();
    const file = openSync(import.meta.filename, 'r');
    const error = thrownBy(() => selector.register(file, EVENT_READ));
    closeSync(file);
    expect(error).toMatchObject({ code: 'EPERM', syscall: 'epoll_ctl' });
    expect(selector.getMap()!.size).toBe(0);
    expect(thrownBy(() => selector.register(file, EVENT_READ)).code).toBe('EBADF');
  });

  test('exist only where the platform has them', () => {
    expect(() => new foreign()).toThrow(NotImplementedError);
    expect(() => new foreign()).toThrow('use DefaultSelector');
  });

  test('are the default', () => {
    using selector = new DefaultSelector();
    expect(selector).toBeInstanceOf(own);
  });
});
