import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { EVENT_READ, EVENT_WRITE, SO_LINGER, SO_SNDBUF, SOL_SOCKET } from '../../src/index.js';
import { MODE_STREAM, sendPieces } from '../../src/low-level.js';
import { connectedPair } from '../support/connected.js';
import { closeLater, newEngine, newPair, recorder } from '../support/engines.js';
import { thrownBy } from '../support/errors.js';
import { waitReadable } from '../support/readiness.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('a stream', () => {
  test('brings its bytes, and its end once', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const { handler, delivered } = recorder();
    engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, handler);
    expect(engine.poll()).toBe(false);
    b.sendall(bytes('first'));
    expect(engine.poll()).toBe(true);
    b.sendall(bytes('second'));
    b.close();
    engine.poll();
    engine.poll();
    expect(engine.poll()).toBe(false);
    expect(delivered).toEqual([['received', 'first'], ['received', 'second'], ['ended']]);
  });

  test('does not end twice, whatever is watched afterwards', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const { handler, delivered } = recorder();
    const slot = engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, handler);
    b.close();
    engine.poll();
    engine.setInterest(slot, EVENT_READ | EVENT_WRITE);
    engine.poll();
    engine.setInterest(slot, EVENT_READ);
    engine.poll();
    expect(delivered).toEqual([['ended'], ['ready', EVENT_WRITE]]);
  });

  test('fails once when the connection was reset', () => {
    const engine = newEngine();
    const pair = connectedPair();
    using _ = pair;
    const { handler, delivered } = recorder();
    engine.watch(pair.client.fileno(), MODE_STREAM, EVENT_READ, handler);
    pair.server.setsockopt(SOL_SOCKET, SO_LINGER, Int32Array.of(1, 0));
    pair.server.close();
    engine.poll(5000);
    expect(engine.poll()).toBe(false);
    expect(delivered).toEqual([['failed', expect.objectContaining({ code: 'ECONNRESET', syscall: 'recv' })]]);
  });

  test('gives slices that stay as they are', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const kept: Buffer[] = [];
    engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, { received: (data) => kept.push(data) });
    // More than two slabs of a megabyte hold.
    for (let index = 0; index < 300; index++) {
      b.sendall(Buffer.alloc(10_000, index));
      while (Buffer.concat(kept).length < 10_000 * (index + 1)) engine.poll(5000);
    }
    const wrong = kept.findIndex((data) => !data.equals(Buffer.alloc(data.length, data[0])));
    expect([kept.reduce((sum, data) => sum + data.length, 0), wrong]).toEqual([3_000_000, -1]);
  });

  test('goes on when its pieces are larger than what is left of the slabs', async () => {
    const engine = newEngine();
    const pairs = Array.from({ length: 5 }, () => newPair());
    let received = 0;
    for (const [a, b] of pairs) {
      b.setsockopt(SOL_SOCKET, SO_SNDBUF, 400_000);
      engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
        received(data) {
          received += data.length;
        },
      });
    }
    engine.start({ keepAlive: true });
    const piece = Buffer.alloc(200_000);
    let sent = 0;
    for (let round = 0; round < 50; round++) {
      for (const [, b] of pairs) sent += b.send(piece.subarray(0, 1 + ((round * 37_777) % piece.length)));
      while (received < sent) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(received).toBe(sent);
  });

  test('has memory that other views can be laid over', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const offsets: number[] = [];
    engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      received: (data) => offsets.push(data.byteOffset % 8),
    });
    for (const length of [1, 3, 7, 13]) {
      b.sendall(Buffer.alloc(length));
      engine.poll();
    }
    expect(offsets).toEqual([0, 0, 0, 0]);
  });

  test('sends what was written in a batch in one piece, at its end', () => {
    let hasArrived = true;
    const engine = newEngine();
    const [a, b] = newPair();
    const slot = engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      received() {
        const reused = bytes('one ');
        engine.write(slot, reused);
        reused.fill(0);
        engine.write(slot, bytes('two '));
        engine.write(slot, bytes('three'));
        hasArrived = thrownBy(() => b.recv(100)).code !== 'EAGAIN';
      },
    });
    b.sendall(bytes('go'));
    engine.poll();
    expect(hasArrived).toBe(false);
    expect(b.recv(100).toString()).toBe('one two three');
  });

  test('keeps the order of one connection when several write in turns', () => {
    const engine = newEngine();
    const pairs = Array.from({ length: 5 }, () => newPair());
    const slots = pairs.map(([a]) => engine.watch(a.fileno(), MODE_STREAM, 0, {}));
    for (let round = 0; round < 300; round++) {
      for (const [index, slot] of slots.entries()) engine.write(slot, bytes(`${index}:${round},`));
    }
    engine.flush();
    for (const [index, [, b]] of pairs.entries()) {
      const expected = Array.from({ length: 300 }, (_, round) => `${index}:${round},`).join('');
      expect(b.recv(10_000).toString()).toBe(expected);
    }
  });

  test('sends what was written outside of a batch when the callback and its promises are over', async () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const slot = engine.watch(a.fileno(), MODE_STREAM, 0, {});
    engine.write(slot, bytes('one '));
    await null;
    engine.write(slot, bytes('two'));
    expect(thrownBy(() => b.recv(100)).code).toBe('EAGAIN');
    await new Promise((resolve) => setImmediate(resolve));
    expect(b.recv(100).toString()).toBe('one two');
  });

  test.each([
    ['short', 5_000],
    ['long', 20_000],
  ])('reports what it could not send of %s pieces, and loses nothing', async (_how, size) => {
    const engine = newEngine();
    const [a, b] = newPair();
    const backlog: Buffer[] = [];
    const sent = createHash('sha256');
    const received = createHash('sha256');
    const total = 4_000_000;
    let length = 0;
    const slot = engine.watch(a.fileno(), MODE_STREAM, 0, {
      unsent(rest, error) {
        expect(error).toBeNull();
        backlog.unshift(rest);
        engine.setInterest(slot, EVENT_WRITE);
      },
      ready(events) {
        expect(events).toBe(EVENT_WRITE);
        let count = sendPieces(a.fileno(), backlog);
        while (backlog.length > 0 && count >= backlog[0]!.length) count -= backlog.shift()!.length;
        if (backlog.length === 0) engine.setInterest(slot, 0);
        else backlog[0] = backlog[0]!.subarray(count);
      },
    });
    engine.start({ keepAlive: true });
    for (let at = 0; at < total; at += size) {
      const piece = Buffer.alloc(size, `piece ${at}`);
      sent.update(piece);
      const taken = backlog.length > 0 ? 0 : engine.write(slot, piece);
      if (taken < size) {
        backlog.push(piece.subarray(taken));
        engine.setInterest(slot, EVENT_WRITE);
      }
      if (at % 7 === 0) engine.flush();
    }
    engine.flush();
    expect(backlog.length).toBeGreaterThan(0);
    while (length < total) {
      await new Promise((resolve) => setImmediate(resolve));
      waitReadable(b);
      const data = b.recv(200_000);
      received.update(data);
      length += data.length;
    }
    expect(received.digest('hex')).toBe(sent.digest('hex'));
  });

  test('sends a long piece at once, after what is queued for it', () => {
    const engine = newEngine();
    const pairs = [newPair(), newPair()] as const;
    const slots = pairs.map(([a]) => engine.watch(a.fileno(), MODE_STREAM, 0, {}));
    engine.write(slots[0]!, bytes('head '));
    engine.write(slots[1]!, bytes('queued'));
    engine.write(slots[0]!, bytes('more '));
    const long = Buffer.alloc(20_000, 'x');
    expect(engine.write(slots[0]!, long)).toBe(20_000);
    expect(pairs[0][1].recv(100_000).toString()).toBe(`head more ${long}`);
    expect(thrownBy(() => pairs[1][1].recv(1)).code).toBe('EAGAIN');
    engine.write(slots[0]!, bytes('tail'));
    engine.flush();
    expect(pairs.map(([, b]) => b.recv(100).toString())).toEqual(['tail', 'queued']);
  });

  test('reports that it cannot send at all', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const { handler, delivered } = recorder();
    const slot = engine.watch(a.fileno(), MODE_STREAM, 0, handler);
    b.close();
    engine.write(slot, bytes('x'));
    engine.flush();
    expect(delivered).toEqual([['unsent', 'x', expect.objectContaining({ code: 'EPIPE', syscall: 'send' })]]);
  });

  test('serves the other streams on when a handler throws', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const [c, d] = newPair();
    const { handler, delivered } = recorder();
    const failure = new Error('mine');
    engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      received() {
        throw failure;
      },
    });
    engine.watch(c.fileno(), MODE_STREAM, EVENT_READ, handler);
    for (const socket of [b, d]) socket.sendall(bytes('x'));
    engine.poll();
    expect(engine.notes).toEqual([failure]);
    expect(delivered).toEqual([['received', 'x']]);
  });

  test('survives code that takes the memory away', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const { handler, delivered } = recorder();
    let slab: ArrayBufferLike | undefined;
    engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      ...handler,
      received(data) {
        slab = data.buffer;
        handler.received(data);
      },
    });
    b.sendall(bytes('one'));
    engine.poll();
    // Node.js 20 ignores the transfer, 22 refuses it but not `transfer()`, 24 refuses both.
    const attempts = [
      () => structuredClone(slab, { transfer: [slab as ArrayBuffer] }),
      () => (slab as { transfer?(): void }).transfer?.(),
    ];
    for (const attempt of attempts) {
      try {
        attempt();
      } catch (error) {
        expect(['DataCloneError', 'TypeError']).toContain(Object(error).name);
      }
    }
    for (let round = 0; round < 3; round++) {
      b.sendall(bytes('two'));
      engine.poll();
    }
    expect(delivered).toEqual([['received', 'one'], ...Array(3).fill(['received', 'two'])]);
  });

  test('is watched under the same number by the next one', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const { handler, delivered } = recorder();
    const slot = engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, handler);
    engine.closeSlot(slot);
    expect(b.recv(1)).toHaveLength(0);
    a.detach();
    const [c, d] = newPair();
    const other = recorder();
    expect(engine.watch(c.fileno(), MODE_STREAM, EVENT_READ, other.handler)).toBe(slot);
    closeLater(d).sendall(bytes('x'));
    engine.poll();
    expect([delivered, other.delivered]).toEqual([[], [['received', 'x']]]);
  });
});
