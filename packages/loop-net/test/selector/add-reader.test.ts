import { closeSync, openSync } from 'node:fs';
import { ContextVar } from '@bight/contextvars';
import { RuntimeError, ValueError } from '@bight/loop-abstract';
import { createTask, sleep } from '@bight/loop-core';
import { EVENT_READ, fromFd, socketpair } from '@bight/sockets';
import { MODE_STREAM } from '@bight/sockets/low-level';
import { describe, expect, test } from '@jest/globals';
import { SelectorEventLoop } from '../../src/index.js';
import { engineFor } from '../../src/selector/engine-for.js';
import { runReporting } from '../support/loops.js';
import { bytes, fill, withSockets } from '../support/sockets.js';
import { aWhile, turns } from '../support/turns.js';

const nothing = () => undefined;

describe('a reader', () => {
  test('is called with its arguments whenever there is something to read', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const calls: string[] = [];
      const done = loop.createFuture<void>();
      const read = (mark: string, other: number) => {
        calls.push(`${mark}${other} ${a.recv(100)}`);
        if (calls.length === 2) done.setResult(undefined);
        else b.sendall(bytes('more'));
      };
      loop.addReader(a.fileno(), read, ['x', 1]);
      b.sendall(bytes('some'));
      await done;
      expect(calls).toEqual(['x1 some', 'x1 more']);
    }));

  test('is called again as long as not all was read', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      b.sendall(bytes('abc'));
      let text = '';
      const done = loop.createFuture<void>();
      loop.addReader(a, () => {
        text += a.recv(1).toString();
        if (text.length === 3) done.setResult(undefined);
      });
      await done;
      expect(text).toBe('abc');
    }));

  test('is called at the end of the stream', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const done = loop.createFuture<number>();
      loop.addReader(a, () => {
        loop.removeReader(a);
        done.setResult(a.recv(10).length);
      });
      b.close();
      expect(await done).toBe(0);
    }));

  test('takes the place of an earlier one', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const calls: string[] = [];
      const done = loop.createFuture<void>();
      loop.addReader(a, () => calls.push('first'));
      loop.addReader(a, () => {
        calls.push(`second ${a.recv(10)}`);
        done.setResult(undefined);
      });
      b.sendall(bytes('!'));
      await done;
      expect(calls).toEqual(['second !']);
      expect(loop.removeReader(a)).toBe(true);
      expect(loop.removeReader(a)).toBe(false);
    }));

  test('that another callback of the same iteration removed is not called', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const [c, d] = pair();
      const calls: string[] = [];
      const called = loop.createFuture<void>();
      for (const [name, own, other] of [
        ['a', a, c],
        ['c', c, a],
      ] as const) {
        loop.addReader(own, () => {
          calls.push(name);
          if (!called.done()) called.setResult(undefined);
          loop.removeReader(own);
          loop.removeReader(other);
        });
      }
      b.sendall(bytes('1'));
      d.sendall(bytes('2'));
      await called;
      await aWhile(loop);
      expect(calls).toHaveLength(1);
    }));

  test('that was added in the place of a ready one waits for the next look', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const [c, d] = pair();
      const order: string[] = [];
      const done = loop.createFuture<void>();
      const late = (socket: typeof a) => () => {
        loop.removeReader(socket);
        order.push('new');
        if (order.filter((entry) => entry === 'new').length === 2) done.setResult(undefined);
      };
      const first = () => {
        for (const socket of [a, c]) loop.addReader(socket, late(socket));
        order.push('first');
        loop.callSoon(() => order.push('soon'));
      };
      loop.addReader(a, first);
      loop.addReader(c, first);
      b.sendall(bytes('1'));
      d.sendall(bytes('2'));
      await done;
      expect(order).toEqual(['first', 'soon', 'new', 'new']);
    }));

  test('runs in the context in which it was added, every time', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const who = new ContextVar<string>('who');
      const calls: string[] = [];
      const done = loop.createFuture<void>();
      who.set('adder');
      loop.addReader(a, () => {
        calls.push(`${who.get()} ${a.recv(1)}`);
        who.set('reader');
        if (calls.length === 2) done.setResult(undefined);
      });
      who.set('main');
      b.sendall(bytes('12'));
      await done;
      expect(calls).toEqual(['adder 1', 'reader 2']);
      expect(who.get()).toBe('main');
    }));

  test('that is an async function is over, as far as it runs now, before the next callback', () =>
    withSockets(async ({ loop, pair }) => {
      const order: string[] = [];
      const done = loop.createFuture<void>();
      for (const name of ['one', 'two']) {
        const [a, b] = pair();
        loop.addReader(a, async () => {
          loop.removeReader(a);
          order.push(name);
          await null;
          order.push(`${name} after an await`);
          if (name === 'two') done.setResult(undefined);
        });
        b.sendall(bytes('x'));
      }
      await done;
      expect(order).toEqual(['one', 'one after an await', 'two', 'two after an await']);
    }));

  test('that throws is reported with its handle, and called again', async () => {
    const [a, b] = socketpair();
    const { reports } = await runReporting(SelectorEventLoop as never, async (given) => {
      const loop = given as unknown as SelectorEventLoop;
      const done = loop.createFuture<void>();
      let calls = 0;
      loop.addReader(a, () => {
        if (++calls === 1) throw new Error('mine');
        loop.removeReader(a);
        done.setResult(undefined);
      });
      b.sendall(bytes('x'));
      await done;
    });
    a.close();
    b.close();
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ message: expect.stringMatching(/^Exception in callback /) });
    expect(String(reports[0]!.exception)).toBe('Error: mine');
    expect(reports[0]!.handle).toBeDefined();
  });
});

describe('a writer', () => {
  test('is called while there is room, beside a reader of the same socket', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const calls: string[] = [];
      const both = loop.createFuture<void>();
      const note = (what: string) => {
        calls.push(what);
        if (calls.length === 2) both.setResult(undefined);
      };
      b.sendall(bytes('x'));
      loop.addWriter(a, () => {
        loop.removeWriter(a);
        note('writer');
      });
      loop.addReader(a, () => {
        loop.removeReader(a);
        note('reader');
      });
      await both;
      expect(calls).toEqual(['reader', 'writer']);
      expect([loop.removeReader(a), loop.removeWriter(a)]).toEqual([false, false]);
    }));

  test('waits until there is room', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      fill(a);
      let isCalled = false;
      const done = loop.createFuture<void>();
      loop.addWriter(a, () => {
        isCalled = true;
        loop.removeWriter(a);
        done.setResult(undefined);
      });
      await aWhile(loop);
      expect(isCalled).toBe(false);
      b.recv(1 << 20);
      await done;
    }));

  test('is called when the reader has gone', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      fill(a);
      const failed = loop.createFuture<string>();
      loop.addWriter(a, () => {
        loop.removeWriter(a);
        try {
          a.send(bytes('x'));
        } catch (error) {
          failed.setResult(Object(error).code);
        }
      });
      b.close();
      expect(await failed).toBe('EPIPE');
    }));
});

describe('a watched descriptor', () => {
  test('may be anything that knows its descriptor', () =>
    withSockets(async ({ loop, pair }) => {
      const [a, b] = pair();
      const done = loop.createFuture<void>();
      loop.addReader({ fileno: () => a.fileno() }, () => done.setResult(undefined));
      b.sendall(bytes('x'));
      await done;
      expect(loop.removeReader(a)).toBe(true);
    }));

  test('cannot be a regular file: EPERM', () =>
    withSockets(async ({ loop }) => {
      const fd = openSync(new URL(import.meta.url), 'r');
      try {
        expect(() => loop.addReader(fd, nothing)).toThrow(expect.objectContaining({ code: 'EPERM' }));
        expect(loop.removeReader(fd)).toBe(false);
      } finally {
        closeSync(fd);
      }
    }));

  test('cannot be closed already', () =>
    withSockets(async ({ loop, pair }) => {
      const [a] = pair();
      a.close();
      expect(() => loop.addReader(a, nothing)).toThrow(ValueError);
      expect(() => loop.addReader(-1, nothing)).toThrow(ValueError);
      expect(() => loop.addWriter(987654, nothing)).toThrow(expect.objectContaining({ code: 'EBADF' }));
      expect(loop.removeReader(a)).toBe(false);
    }));

  test('has to be a descriptor, and the callback a function', () =>
    withSockets(async ({ loop, pair }) => {
      const [a] = pair();
      expect(() => loop.addReader('1' as never, nothing)).toThrow(
        /^fd must be a file descriptor, .*, not "1"$/,
      );
      expect(() => loop.addReader({ fileno: 3 } as never, nothing)).toThrow(TypeError);
      expect(() => loop.addReader(a, 'x' as never)).toThrow(/^callback must be a function/);
      expect(() => loop.addWriter(a, nothing, 1 as never)).toThrow(/^args must be/);
      expect(loop.removeReader(a)).toBe(false);
    }));

  test("must not be a transport's", () =>
    withSockets(async ({ loop, pair }) => {
      const [a] = pair();
      const slot = engineFor(loop).watch(a.fileno(), MODE_STREAM, EVENT_READ, {});
      expect(() => loop.addReader(a, nothing)).toThrow(RuntimeError);
      expect(() => loop.addReader(a, nothing)).toThrow(/is used by a transport$/);
      expect(() => loop.removeWriter(a)).toThrow(RuntimeError);
      expect(() => loop.sockRecv(a, 1)).toThrow(RuntimeError);
      engineFor(loop).release(slot);
      loop.addReader(a, nothing);
      expect(loop.removeReader(a)).toBe(true);
    }));

  test('is not watched any more once its socket is closed', () =>
    withSockets(async ({ loop, pair, keep }) => {
      const [a] = pair();
      const fd = a.fileno();
      loop.addReader(a, nothing);
      a.close();
      const [c, d] = pair();
      expect(c.fileno()).toBe(fd);
      expect(loop.removeReader(fd)).toBe(false);
      const received = loop.createFuture<string>();
      loop.addReader(fd, () => {
        loop.removeReader(fd);
        received.setResult(String(c.recv(10)));
      });
      d.sendall(bytes('new'));
      expect(await received).toBe('new');
      keep(d);
    }));

  test('can have a number that belonged to another file before', () =>
    withSockets(async ({ loop, pair, keep }) => {
      const [a, b] = pair();
      const fd = a.detach();
      loop.addReader(fd, () => received.setResult('old'));
      closeSync(fd);
      const received = loop.createFuture<string>();
      const copy = keep(fromFd(b));
      expect(copy.fileno()).toBe(fd);
      // The pair of `b` is closed: it is readable.
      loop.addReader(fd, () => {
        loop.removeReader(fd);
        received.setResult('new');
      });
      expect(await received).toBe('new');
    }));
});

test('a busy reader keeps no other callback from running', () =>
  withSockets(async ({ loop, pair }) => {
    const [a, b] = pair();
    b.sendall(bytes('never read'));
    let calls = 0;
    loop.addReader(a, () => calls++);
    const timer = new Promise<void>((resolve) => setTimeout(resolve, 1));
    const task = createTask(async () => {
      for (let i = 0; i < 20; i++) await sleep(0.001);
    });
    await task;
    await timer;
    loop.removeReader(a);
    const before = calls;
    await turns(loop as never, 3);
    expect(before).toBeGreaterThan(20);
    expect(calls).toBe(before);
  }));

test('a closed loop watches nothing', async () => {
  const loop = new SelectorEventLoop();
  const [a, b] = socketpair();
  loop.addReader(a, nothing);
  loop.close();
  expect(() => loop.addReader(b, nothing)).toThrow(/^Event loop is closed$/);
  expect(loop.removeReader(a)).toBe(false);
  a.close();
  b.close();
});
