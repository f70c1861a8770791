import { AF_UNIX, SOCK_DGRAM, socketpair } from '@bight/sockets';
import { EventEngine, type UnsentDatagram } from '@bight/sockets/low-level';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { randomNumbers } from '../../../../test/support/random-numbers.js';
import { BYTES_PER_DATAGRAM } from '../../src/driver/datagram-channel.js';
import { SelectorEventLoop } from '../../src/index.js';
import { Backlog } from '../../src/selector/backlog.js';
import { DatagramBacklog } from '../../src/selector/datagram-backlog.js';
import { DatagramRecording } from '../support/datagrams.js';
import { runOn, type TestLoop } from '../support/loops.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const datagram = (text: string): UnsentDatagram => ({ data: Buffer.from(text), address: null });

test('a backlog of datagrams is a queue at both ends', () => {
  const backlog = new DatagramBacklog();
  const model: string[] = [];
  const random = randomNumbers(1);
  for (let count = 0; count < 3000; count++) {
    const kind = random(10);
    if (kind < 3) {
      backlog.push(datagram(String(count)));
      model.push(String(count));
    } else if (kind < 5) {
      const some = Array.from({ length: random(4) }, (_, index) => `${count}.${index}`);
      backlog.unshift(some.map(datagram));
      model.unshift(...some);
    } else {
      backlog.shift();
      model.shift();
    }
    expect(backlog.isEmpty).toBe(model.length === 0);
    expect(backlog.first?.data.toString()).toBe(model[0]);
    expect(backlog.bytes).toBe(model.reduce((sum, text) => sum + text.length + BYTES_PER_DATAGRAM, 0));
    if (random(500) === 0) {
      backlog.clear();
      model.length = 0;
    }
  }
});

describe('waiting Unix datagrams', () => {
  /** Sends datagrams. @returns how many of them went through the engine, and what came in which order */
  async function exchange(loop: TestLoop, count: number): Promise<{ queued: number; texts: string[] }> {
    const sockets = socketpair({ family: AF_UNIX, type: SOCK_DGRAM });
    const [from, to] = await Promise.all(
      sockets.map(async (sock) => {
        const [, protocol] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), { sock });
        return protocol;
      }),
    );
    const sendto = jest.spyOn(EventEngine.prototype, 'sendto');
    for (let index = 0; index < count; index++) from!.transport.sendto(Buffer.from(String(index)));
    await to!.received(count);
    const queued = sendto.mock.calls.length;
    sendto.mockRestore();
    from!.transport.close();
    to!.transport.close();
    return { queued, texts: to!.texts };
  }

  test('go through the engine about once each, and arrive in order', async () => {
    await runOn(SelectorEventLoop as never, async (loop) => {
      for (const count of [1500, 3000]) {
        const { queued, texts } = await exchange(loop, count);
        expect(texts).toEqual(Array.from({ length: count }, (_, index) => String(index)));
        expect(queued / count).toBeLessThan(4);
      }
    });
  });
});

describe('the backlog of a stream', () => {
  test('sends its pieces in order, and first what is put before them', () => {
    const [a, b] = socketpair();
    const backlog = new Backlog();
    const wanted: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 300; index++) {
        const text = `${round}.${index} `;
        backlog.push(Buffer.from(text));
        wanted.push(text);
      }
      if (round === 1) continue;
      backlog.send(a.fileno());
      expect(backlog.bytes).toBe(0);
      backlog.unshift(Buffer.from('second '));
      backlog.unshift(Buffer.from('first '));
      wanted.push('first ', 'second ');
    }
    backlog.send(a.fileno());
    expect(b.recv(1 << 20).toString()).toBe(wanted.join(''));
    a.close();
    b.close();
  });

  test('goes on in the middle of a piece', () => {
    const [a, b] = socketpair();
    const backlog = new Backlog();
    const piece = Buffer.alloc(3_000_000, 'x');
    backlog.push(piece);
    backlog.push(Buffer.from('last'));
    backlog.send(a.fileno());
    const left = backlog.bytes;
    expect(left).toBeGreaterThan(4);
    backlog.unshift(Buffer.from('[between]'));
    let received = '';
    while (backlog.bytes > 0 || received.length < 3_000_013) {
      received += b.recv(1 << 20).toString('latin1');
      if (backlog.bytes > 0) backlog.send(a.fileno());
    }
    const sentBefore = piece.length + 4 - left;
    expect(received.indexOf('[between]')).toBe(sentBefore);
    expect(received.length).toBe(3_000_013);
    expect(received.endsWith('xlast')).toBe(true);
    a.close();
    b.close();
  });
});
