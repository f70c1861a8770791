import { describe, expect, test } from '@jest/globals';
import { EVENT_READ, EVENT_WRITE, Socket } from '../../src/index.js';
import { EventEngine, MODE_LISTEN, MODE_READY, MODE_STREAM } from '../../src/low-level.js';
import { closeLater, newPair, recorder } from '../support/engines.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** An engine whose loop takes events when it wants to. */
function hookedEngine(events: (engine: EventEngine) => void = () => {}) {
  const notes: unknown[] = [];
  const engine: EventEngine = new EventEngine({
    events: () => {
      notes.push('events');
      events(engine);
    },
    timer: () => notes.push('timer'),
    batchEnd: () => {},
    error: (error) => notes.push(error),
  });
  return Object.assign(closeLater(engine), { notes });
}

function deliverAll(engine: EventEngine): void {
  while (engine.deliverNext());
}

function streams(engine: EventEngine) {
  const { handler, delivered } = recorder();
  const pairs = [newPair(), newPair()] as const;
  const slots = pairs.map(([a]) => engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, handler));
  return { delivered, slots, far: pairs.map(([, b]) => b) as [Socket, Socket] };
}

describe('an engine whose loop is asked', () => {
  test('delivers one event for each call, while there are any', () => {
    const counts: boolean[] = [];
    const engine = hookedEngine(() => {
      counts.push(engine.deliverNext(), engine.deliverNext(), engine.deliverNext());
    });
    const { delivered, far } = streams(engine);
    for (const socket of far) socket.sendall(bytes('x'));
    engine.poll();
    expect(counts).toEqual([true, false, false]);
    expect(delivered).toEqual([
      ['received', 'x'],
      ['received', 'x'],
    ]);
  });

  test('keeps the events that the loop did not take, and receives nothing more there meanwhile', () => {
    const engine = hookedEngine();
    const { delivered, far } = streams(engine);
    far[0].sendall(bytes('one'));
    engine.poll();
    far[0].sendall(bytes('two'));
    far[1].sendall(bytes('other'));
    expect([engine.poll(), engine.poll()]).toEqual([true, false]);
    expect(delivered).toEqual([]);
    deliverAll(engine);
    expect(delivered).toEqual([
      ['received', 'one'],
      ['received', 'other'],
    ]);
    engine.poll();
    deliverAll(engine);
    expect(delivered.at(-1)).toEqual(['received', 'two']);
  });

  test('does not spin on readiness that the loop did not take', () => {
    const engine = hookedEngine();
    const [a, b] = newPair();
    const { handler, delivered } = recorder();
    engine.watch(a.fileno(), MODE_READY, EVENT_READ | EVENT_WRITE, handler);
    b.sendall(bytes('x'));
    expect([engine.poll(), engine.poll()]).toEqual([true, false]);
    deliverAll(engine);
    expect(delivered).toEqual([
      ['ready', EVENT_READ],
      ['ready', EVENT_WRITE],
    ]);
    engine.poll();
    deliverAll(engine);
    expect(delivered).toHaveLength(4);
  });

  test('does not deliver what is kept once the slot is not watched any more, and gives it back with the slot', () => {
    const engine = hookedEngine();
    const { delivered, slots, far } = streams(engine);
    for (const socket of far) socket.sendall(bytes('kept'));
    engine.poll();
    engine.closeSlot(slots[0]!);
    expect(engine.release(slots[1]!).map(String)).toEqual(['kept']);
    deliverAll(engine);
    expect(delivered).toEqual([]);
  });

  test('does not deliver what is kept while reading is paused, and does when it is resumed', async () => {
    const engine = hookedEngine(deliverAll);
    engine.start({ keepAlive: false });
    const { delivered, slots, far } = streams(engine);
    far[0].sendall(bytes('x'));
    engine.setInterest(slots[0]!, 0);
    await nextTurn();
    expect(delivered).toEqual([]);
    engine.setInterest(slots[0]!, EVENT_READ);
    await nextTurn();
    await nextTurn();
    expect(delivered).toEqual([['received', 'x']]);
  });

  test('reports the end and the failure of a stream once, although they were kept', () => {
    const engine = hookedEngine();
    const { delivered, far } = streams(engine);
    far[0].sendall(bytes('last'));
    far[0].close();
    engine.poll();
    deliverAll(engine);
    engine.poll();
    deliverAll(engine);
    expect(delivered).toEqual([['received', 'last'], ['ended']]);
    expect(engine.poll()).toBe(false);
  });

  test('closes connections that were accepted and never delivered', () => {
    const engine = hookedEngine();
    const listener = closeLater(new Socket());
    listener.bind({ host: '127.0.0.1', port: 0 });
    listener.listen();
    engine.watch(listener.fileno(), MODE_LISTEN, EVENT_READ, recorder().handler);
    const client = closeLater(new Socket());
    client.setblocking(true);
    client.connect(listener.getsockname());
    engine.poll();
    engine.close();
    expect(client.recv(1)).toHaveLength(0);
  });

  test('goes on after a handler that throws', () => {
    const engine = hookedEngine(deliverAll);
    const { delivered, slots, far } = streams(engine);
    engine.setHandler(slots[0]!, {
      received() {
        throw new Error('handler');
      },
    });
    for (const socket of far) socket.sendall(bytes('x'));
    engine.poll();
    expect(engine.notes).toEqual(['events', new Error('handler')]);
    expect(delivered).toEqual([['received', 'x']]);
  });
});
