import { describe, expect, test } from '@jest/globals';
import { runsOf } from '../../../../test/support/extent.js';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { countDescriptors } from '../../../../test/support/system.js';
import { drivers, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';

const MESSAGE_BYTES = 1024;

/** Sends numbered messages, one after the other, and checks every one that comes back. */
class Pinger extends Recording {
  readonly finished;
  readonly #name: number;
  readonly #rounds: number;
  #round = 0;
  #unread: Buffer = Buffer.alloc(0);

  constructor(loop: TestLoop, name: number, rounds: number) {
    super(loop);
    this.#name = name;
    this.#rounds = rounds;
    this.finished = loop.createFuture<void>();
  }

  send(): void {
    this.transport.write(this.#message());
  }

  override dataReceived(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data]);
    if (this.#unread.length < MESSAGE_BYTES) return;
    if (!this.#unread.equals(this.#message())) {
      this.finished.setException(new Error(`connection ${this.#name}, round ${this.#round}: a wrong answer`));
      return;
    }
    this.#unread = Buffer.alloc(0);
    if (++this.#round < this.#rounds) this.send();
    else this.finished.setResult(undefined);
  }

  #message(): Buffer {
    return Buffer.alloc(MESSAGE_BYTES, `${this.#name}/${this.#round};`);
  }
}

const MESSAGES = runsOf(50, 10);

describe.each(drivers)('$name: load', ({ Loop }) => {
  test('many connections echo many messages each, with nothing lost, mixed up or reordered', async () => {
    await runOn(Loop, async (loop) => {
      const before = countDescriptors('socket');
      const { server, host, port } = await serve(loop, () => new Echo(loop));
      const pingers: Pinger[] = [];
      for (let name = 0; name < 100; name++) {
        const [, pinger] = await loop.createConnection(() => new Pinger(loop, name, MESSAGES), {
          host,
          port,
        });
        pingers.push(pinger);
      }
      for (const pinger of pingers) pinger.send();
      for (const { finished } of pingers) await finished;
      for (const { transport } of pingers) transport.close();
      server.close();
      await server.waitClosed();
      for (const pinger of pingers) await pinger.event('lost');
      expect(countDescriptors('socket')).toBeLessThanOrEqual(before);
    });
  });

  test('a slow reader does not slow down the others', async () => {
    await runOn(Loop, async (loop) => {
      const { host, port } = await serve(loop, () => new Echo(loop));
      const [slow] = await loop.createConnection(() => new Recording(loop), { host, port });
      slow.pauseReading();
      slow.write(Buffer.alloc(16 * 1024 * 1024));
      const pingers: Pinger[] = [];
      for (let name = 0; name < 5; name++) {
        const [, pinger] = await loop.createConnection(() => new Pinger(loop, name, 20), { host, port });
        pingers.push(pinger);
        pinger.send();
      }
      for (const { finished } of pingers) await finished;
      slow.abort();
    });
  });

  test('a thousand idle connections, of which each still answers', async () => {
    await runOn(Loop, async (loop) => {
      const { server, host, port } = await serve(loop, () => new Echo(loop), { backlog: 1000 });
      const pingers: Pinger[] = [];
      while (pingers.length < 1000) {
        const some = [...Array(100)].map((_, index) =>
          loop.createConnection(() => new Pinger(loop, pingers.length + index, 1), { host, port }),
        );
        for (const [, pinger] of await Promise.all(some)) pingers.push(pinger);
      }
      for (const pinger of pingers) pinger.send();
      for (const { finished } of pingers) await finished;
      server.close();
      server.abortClients();
      await server.waitClosed();
    });
  });
});
