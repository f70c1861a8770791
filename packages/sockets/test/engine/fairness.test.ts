import { describe, expect, test } from '@jest/globals';
import { AF_INET, EVENT_READ, EVENT_WRITE, PollSelector, SOCK_DGRAM, Socket } from '../../src/index.js';
import {
  type EngineHandler,
  type EventEngine,
  MODE_DATAGRAM,
  MODE_LISTEN,
  MODE_READY,
  MODE_STREAM,
} from '../../src/low-level.js';
import { connectedPair } from '../support/connected.js';
import { closeLater, newEngine, newPair } from '../support/engines.js';
import { waitReadable } from '../support/readiness.js';

const BATCH = 256 * 1024;

/** Sends until nothing more fits. */
function fill(socket: Socket, size = 1 << 16): void {
  const block = Buffer.alloc(size, 'x');
  try {
    for (;;) socket.send(block);
  } catch (error) {
    expect(Object(error).code).toBe('EAGAIN');
  }
}

/** A stream that has as much to read as a batch takes, again and again. */
function upload(engine: EventEngine, handler: EngineHandler): void {
  const connection = closeLater(
    Object.assign(connectedPair(), { close: () => connection[Symbol.dispose]() }),
  );
  const { client, server } = connection;
  client.setsockopt(1, 7, 4 * BATCH);
  fill(client, BATCH);
  engine.watch(server.fileno(), MODE_STREAM, EVENT_READ, {
    ...handler,
    received(data) {
      handler.received?.(data);
      fill(client, BATCH);
    },
  });
}

/** Handles this many batches. */
function serve(engine: EventEngine, batches: number): void {
  for (let batch = 0; batch < batches; batch++) engine.poll();
}

describe.each([1, 2, 8])('beside %i streams that always have more than a batch takes', (floods) => {
  function flooded() {
    const engine = newEngine();
    const counts = Array<number>(floods).fill(0);
    for (const index of counts.keys()) upload(engine, { received: () => counts[index]!++ });
    return { engine, counts };
  }

  test('each of them has its turn', () => {
    const { engine, counts } = flooded();
    serve(engine, 10 * floods);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(4);
  });

  test('a quiet stream is received from', () => {
    const { engine } = flooded();
    const [a, b] = newPair();
    let count = 0;
    engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
      received() {
        count++;
        b.send(Buffer.from('question'));
      },
    });
    serve(engine, floods);
    b.send(Buffer.from('question'));
    serve(engine, 10 * (floods + 1));
    expect(count).toBeGreaterThanOrEqual(5);
  });

  test('datagrams are', () => {
    const { engine } = flooded();
    const [a, b] = newPair({ type: SOCK_DGRAM });
    let count = 0;
    engine.watch(a.fileno(), MODE_DATAGRAM, EVENT_READ, {
      datagram() {
        count++;
        b.send(Buffer.from('question'));
      },
    });
    serve(engine, floods);
    b.send(Buffer.from('question'));
    serve(engine, 10 * (floods + 1));
    expect(count).toBeGreaterThanOrEqual(5);
  });

  test('connections are accepted', () => {
    const { engine } = flooded();
    const listener = closeLater(new Socket());
    listener.bind({ host: '127.0.0.1', port: 0 });
    listener.listen();
    let count = 0;
    const connect = () => {
      const client = closeLater(new Socket());
      try {
        client.connect(listener.getsockname());
      } catch (error) {
        expect(Object(error).code).toBe('EINPROGRESS');
      }
    };
    engine.watch(listener.fileno(), MODE_LISTEN, EVENT_READ, {
      accepted(fd) {
        count++;
        closeLater(new Socket({ fileno: fd }));
        connect();
      },
    });
    serve(engine, floods);
    connect();
    waitReadable(listener);
    serve(engine, 10 * (floods + 1));
    expect(count).toBeGreaterThanOrEqual(5);
  });

  test('readiness is reported, and the time', () => {
    const { engine } = flooded();
    const [a, b] = newPair();
    let readable = 0;
    let writable = 0;
    const slot = engine.watch(a.fileno(), MODE_READY, EVENT_READ | EVENT_WRITE, {
      ready(events) {
        if ((events & EVENT_READ) !== 0) readable++;
        else writable++;
      },
    });
    b.send(Buffer.from('x'));
    serve(engine, 10 * (floods + 1));
    engine.setTimer(0);
    serve(engine, 2 * (floods + 1));
    expect([readable >= 5, writable >= 5, engine.notes]).toEqual([true, true, ['timer']]);
    engine.release(slot);
  });

  test('nothing reaches a slot that was released while it waited for room, nor the next with its number', () => {
    const { engine } = flooded();
    serve(engine, 1);
    const quiet = Array.from({ length: 8 }, () => newPair());
    const received: number[] = [];
    const slots = quiet.map(([a], index) =>
      engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, { received: () => received.push(index) }),
    );
    for (const [, b] of quiet) b.send(Buffer.from('x'));
    serve(engine, 1);
    const seen = received.length;
    for (const slot of slots) engine.release(slot);
    const fresh = newPair();
    const other = engine.watch(fresh[0].fileno(), MODE_STREAM, EVENT_READ, {
      received: () => received.push(99),
    });
    serve(engine, 10 * floods);
    expect(received.slice(seen)).toEqual([]);
    engine.release(other);
  });
});

test('beside sockets that are flooded with datagrams, a stream is received from', () => {
  const engine = newEngine();
  const flood = () => {
    const to = closeLater(new Socket({ type: SOCK_DGRAM }));
    const from = closeLater(new Socket({ type: SOCK_DGRAM }));
    to.bind({ host: '127.0.0.1', port: 0 });
    const send = () => {
      for (let count = 0; count < 64; count++) from.sendto(Buffer.alloc(8000), to.getsockname());
    };
    send();
    engine.watch(
      to.fileno(),
      MODE_DATAGRAM,
      EVENT_READ,
      { datagram: () => void (turns++ % 32 === 0 && send()) },
      AF_INET,
    );
  };
  let turns = 0;
  for (let count = 0; count < 3; count++) flood();
  const [a, b] = newPair();
  let count = 0;
  engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
    received() {
      count++;
      b.send(Buffer.from('question'));
    },
  });
  serve(engine, 3);
  b.send(Buffer.from('question'));
  serve(engine, 40);
  expect(count).toBeGreaterThanOrEqual(5);
});

test('a selector of the user cannot have its first descriptors served alone', () => {
  const engine = newEngine(undefined, new PollSelector());
  const counts = Array<number>(6).fill(0);
  for (const index of counts.keys()) upload(engine, { received: () => counts[index]!++ });
  serve(engine, 60);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
});

describe('a full table', () => {
  const many = 1100;

  test('loses no readiness', () => {
    const engine = newEngine();
    const ready = new Set<number>();
    const pairs = Array.from({ length: many }, () => newPair());
    for (const [index, [a, b]] of pairs.entries()) {
      b.send(Buffer.from('x'));
      engine.watch(a.fileno(), MODE_READY, EVENT_READ | EVENT_WRITE, {
        ready: (events) => void ready.add(events * many + index),
      });
    }
    serve(engine, 10);
    expect(ready.size).toBe(2 * many);
  });

  test('loses no time', () => {
    const engine = newEngine();
    const slots: number[] = [];
    // Each takes two rows, and is always ready.
    for (let count = 0; count < 600; count++) {
      const [a, b] = newPair();
      b.send(Buffer.from('x'));
      slots.push(engine.watch(a.fileno(), MODE_READY, EVENT_READ | EVENT_WRITE, { ready() {} }));
    }
    for (let round = 1; round <= 50; round++) {
      engine.setTimer(0);
      for (let batch = 0; batch < 20 && engine.notes.length < round; batch++) engine.poll();
      expect(engine.notes).toHaveLength(round);
    }
    for (const slot of slots) engine.release(slot);
  });

  test('loses no datagram', () => {
    const engine = newEngine();
    const pairs = Array.from({ length: 200 }, () => newPair({ type: SOCK_DGRAM }));
    const received: string[] = [];
    for (const [index, [a, b]] of pairs.entries()) {
      for (let count = 0; count < 10; count++) b.send(Buffer.from(`${index}.${count}`));
      engine.watch(a.fileno(), MODE_DATAGRAM, EVENT_READ, {
        datagram: (data) => received.push(data.toString()),
      });
    }
    serve(engine, 100);
    expect([new Set(received).size, received.length]).toEqual([2000, 2000]);
    for (let index = 0; index < 200; index++) {
      const own = received.filter((text) => text.startsWith(`${index}.`));
      expect(own).toEqual(Array.from({ length: 10 }, (_, count) => `${index}.${count}`));
    }
  });

  test('loses neither bytes nor the ends of streams', () => {
    const engine = newEngine();
    const received: number[] = [];
    const ended: number[] = [];
    for (let index = 0; index < many; index++) {
      const [a, b] = newPair();
      b.send(Buffer.from('x'));
      b.shutdown(1);
      engine.watch(a.fileno(), MODE_STREAM, EVENT_READ, {
        received: () => received.push(index),
        ended: () => ended.push(index),
      });
    }
    serve(engine, 20);
    expect([new Set(received).size, received.length, new Set(ended).size, ended.length]).toEqual([
      many,
      many,
      many,
      many,
    ]);
  });

  test('loses no failures', () => {
    const engine = newEngine();
    const failed: number[] = [];
    for (let index = 0; index < 300; index++) {
      const { client, server } = connectedPair();
      closeLater(server);
      client.setsockopt(1, 13, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
      client.close();
      waitReadable(server);
      engine.watch(server.fileno(), MODE_STREAM, EVENT_READ, { failed: () => failed.push(index) });
    }
    serve(engine, 20);
    expect([new Set(failed).size, failed.length]).toEqual([300, 300]);
  });

  test('loses no connections', () => {
    const engine = newEngine();
    const peers = new Set<unknown>();
    const wanted = new Set<unknown>();
    for (let index = 0; index < 10; index++) {
      const listener = closeLater(new Socket());
      listener.bind({ host: '127.0.0.1', port: 0 });
      listener.listen({ backlog: 60 });
      for (let count = 0; count < 50; count++) {
        const client = closeLater(new Socket());
        try {
          client.connect(listener.getsockname());
        } catch (error) {
          expect(Object(error).code).toBe('EINPROGRESS');
        }
        wanted.add(JSON.stringify(client.getsockname()));
      }
      engine.watch(listener.fileno(), MODE_LISTEN, EVENT_READ, {
        accepted(fd, address) {
          peers.add(JSON.stringify(address));
          closeLater(new Socket({ fileno: fd }));
        },
      });
    }
    serve(engine, 100);
    expect(peers).toEqual(wanted);
  });
});
