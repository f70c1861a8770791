import { RuntimeError } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { EVENT_READ, EVENT_WRITE, Socket } from '../../src/index.js';
import { type EngineHandler, MODE_READY, MODE_STREAM } from '../../src/low-level.js';
import { closeLater, newEngine, newPair, recorder } from '../support/engines.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Two streams that become readable in one batch; whichever comes first does `first` to the other. */
function twoInOneBatch(first: (other: number) => void) {
  let batches = 0;
  const engine = newEngine(() => batches++);
  const pairs = [newPair(), newPair()];
  const delivered: string[] = [];
  const slots: number[] = [];
  let other = -1;
  for (const [index, [a]] of pairs.entries()) {
    const handler: EngineHandler = {
      received(data) {
        delivered.push(data.toString());
        if (delivered.length > 1) return;
        other = slots[1 - index]!;
        first(other);
      },
      ended: () => delivered.push('end'),
      accepted: () => delivered.push('accepted'),
      ready: () => delivered.push('ready'),
    };
    slots.push(engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, handler));
  }
  for (const [, b] of pairs) b.sendall(bytes('x'));
  // Slots count from 0, in the order in which they were watched.
  expect(slots).toEqual([0, 1]);
  return { engine, pairs, delivered, slots, batches: () => batches, paused: () => other };
}

describe('a batch', () => {
  test('delivers the events of all descriptors, and then that it is over', () => {
    const { engine, delivered, batches } = twoInOneBatch(() => {});
    engine.poll();
    expect([delivered, batches()]).toEqual([['x', 'x'], 1]);
  });

  test('delivers nothing for a slot that was closed in it', () => {
    const { engine, delivered } = twoInOneBatch((other) => engine.closeSlot(other));
    engine.poll();
    expect(delivered).toEqual(['x']);
  });

  test('delivers nothing old to a descriptor that got the number of a closed one in it', () => {
    const fresh = recorder();
    const { engine, delivered, pairs } = twoInOneBatch((other) => {
      engine.closeSlot(other);
      const [c] = newPair();
      expect(engine.watch(c.fileno(), MODE_STREAM, EVENT_READ, fresh.handler)).not.toBe(other);
    });
    engine.poll();
    engine.poll();
    for (const [a] of pairs) a.detach();
    expect([delivered, fresh.delivered]).toEqual([['x'], []]);
  });

  test('holds back what came for a slot that was paused in it, until it is resumed', async () => {
    const { engine, delivered, paused, pairs } = twoInOneBatch((other) => engine.setInterest(other, 0));
    engine.start({ keepAlive: true });
    engine.poll();
    expect(delivered).toEqual(['x']);
    pairs[paused()]![1].sendall(bytes('y'));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(delivered).toEqual(['x']);
    engine.setInterest(paused(), EVENT_READ);
    expect(delivered).toEqual(['x']);
    while (delivered.length < 3) await nextTurn();
    expect(delivered).toEqual(['x', 'x', 'y']);
  });

  test('holds the end of a stream back, too', async () => {
    const { engine, delivered, paused, pairs } = twoInOneBatch((other) => engine.setInterest(other, 0));
    engine.start({ keepAlive: true });
    engine.poll();
    engine.setInterest(paused(), EVENT_READ);
    pairs[paused()]![1].close();
    while (delivered.length < 3) await nextTurn();
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(delivered).toEqual(['x', 'x', 'end']);
  });

  test('delivers nothing while the engine is stopped, and what was held back after it was started again', async () => {
    const { engine, delivered, paused } = twoInOneBatch((other) => engine.setInterest(other, 0));
    engine.start({ keepAlive: true });
    engine.poll();
    engine.setInterest(paused(), EVENT_READ);
    engine.stop();
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(delivered).toEqual(['x']);
    engine.start({ keepAlive: true });
    while (delivered.length < 2) await nextTurn();
    expect(delivered).toEqual(['x', 'x']);
  });

  test('gives what it has not delivered for a slot to the code that releases it', () => {
    let released: Buffer[] = [];
    const { engine, delivered } = twoInOneBatch((other) => {
      released = engine.release(other);
    });
    engine.poll();
    expect(delivered).toEqual(['x']);
    expect(released.map(String)).toEqual(['x']);
  });

  test('gives what was held back, too', () => {
    const { engine, delivered, slots } = twoInOneBatch((other) => engine.setInterest(other, 0));
    engine.poll();
    const released = slots.flatMap((slot) => engine.release(slot).map(String));
    expect([delivered, released]).toEqual([['x'], ['x']]);
  });

  test('cannot be interrupted by another one', () => {
    const { engine } = twoInOneBatch(() => engine.poll());
    engine.poll();
    expect(engine.notes).toEqual([expect.any(RuntimeError)]);
  });

  test('may close the engine', () => {
    const { engine, delivered } = twoInOneBatch(() => engine.close());
    engine.poll();
    expect(delivered).toEqual(['x']);
    engine.close();
  });

  test('reports readiness only as long as it is watched for', () => {
    const engine = newEngine();
    const [a, b] = newPair();
    const order: string[] = [];
    const slotB = engine.watch(b.fileno(), MODE_READY, EVENT_WRITE, { ready: () => order.push('b') });
    const slotA = engine.watch(a.fileno(), MODE_READY, EVENT_WRITE, {
      ready() {
        order.push('a');
        engine.setInterest(slotB, 0);
      },
    });
    engine.poll();
    expect(order.at(-1)).toBe('a');
    order.length = 0;
    engine.setInterest(slotA, 0);
    engine.setInterest(slotB, EVENT_READ | EVENT_WRITE);
    a.sendall(bytes('x'));
    engine.poll();
    expect(order).toEqual(['b', 'b']);
  });
});

describe('a descriptor', () => {
  test('that was closed behind the engine’s back does not disturb the next one of its number', () => {
    const engine = newEngine();
    const first = new Socket();
    const fd = first.fileno();
    const stale = recorder();
    const staleSlot = engine.watch(fd, MODE_READY, EVENT_READ, stale.handler);
    first.close();
    const sockets: Socket[] = [];
    while (sockets.at(-1)?.fileno() !== fd) sockets.push(closeLater(new Socket()));
    const { handler, delivered } = recorder();
    engine.watch(fd, MODE_READY, EVENT_WRITE, handler);
    engine.release(staleSlot);
    engine.poll();
    expect([delivered, stale.delivered]).toEqual([[['ready', EVENT_WRITE]], []]);
  });

  test('that is no number, or was closed, is refused with the code of the system', () => {
    const engine = newEngine();
    const watch = (fd: number) => () => engine.watch(fd, MODE_READY, EVENT_READ, {});
    expect(watch(-1)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    expect(watch(99_999)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});
