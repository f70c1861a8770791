import { createHash } from 'node:crypto';
import { type LinkOptions, simulate, type VirtualEventLoop } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import {
  type DatagramTransport,
  gather,
  type InetAddress,
  openConnection,
  Queue,
  startServer,
  timeout,
} from 'bight';
import fc from 'fast-check';
import { randomRuns } from '../../../test/support/extent.js';

const share = (max: number) => fc.double({ min: 0, max, noNaN: true });

const faults: fc.Arbitrary<LinkOptions> = fc.record({
  latency: share(0.2),
  jitter: share(0.2),
  // With more, all seven attempts to connect are lost now and then, and the system gives up.
  loss: share(0.1),
  duplication: share(0.3),
  reordering: share(0.3),
  fragmentation: share(1),
  bandwidth: fc.integer({ min: 10_000, max: 10_000_000 }),
});

const world = { seed: fc.nat(), chaos: fc.boolean(), link: faults };

async function echoServer(loop: VirtualEventLoop) {
  return loop.network.host('server').run(() =>
    startServer(
      async (reader, writer) => {
        for (let data = await reader.read(1000); data.length > 0; data = await reader.read(1000)) {
          writer.write(data);
          await writer.drain();
        }
        writer.close();
      },
      { host: '0.0.0.0', port: 7 },
    ),
  );
}

/** Sends pieces of these lengths. @returns whether the same bytes come back */
async function echoes(
  loop: VirtualEventLoop,
  lengths: readonly number[],
  connected = () => {},
): Promise<boolean> {
  const sent = createHash('sha256');
  const received = createHash('sha256');
  const [reader, writer] = await loop.network
    .host('client')
    .run(() => openConnection({ host: 'server', port: 7 }));
  connected();
  const send = async () => {
    for (const length of lengths) {
      const piece = Buffer.from(Array.from({ length }, () => loop.random.below(256)));
      sent.update(piece);
      writer.write(piece);
      await writer.drain();
    }
    writer.writeEof();
  };
  const receive = async () => {
    for (let data = await reader.read(); data.length > 0; data = await reader.read()) received.update(data);
  };
  await gather([send, receive]);
  writer.close();
  return sent.digest('hex') === received.digest('hex');
}

test('streams lose and reorder nothing, whatever the network does', async () => {
  const connections = fc.array(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 8 }), {
    minLength: 1,
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(fc.record({ ...world, connections }), ({ connections: all, ...options }) =>
      simulate(async (loop) => {
        const server = await echoServer(loop);
        expect(await gather(all.map((lengths) => () => echoes(loop, lengths)))).toEqual(all.map(() => true));
        server.close();
      }, options),
    ),
    randomRuns(60, 10),
  );
});

test('streams survive partitions that are shorter than their patience', async () => {
  const cuts = fc.array(fc.record({ at: share(2), seconds: share(60) }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.record({ ...world, cuts }), ({ cuts: planned, ...options }) =>
      simulate(
        async (loop) => {
          const { network, clock } = loop;
          const server = await echoServer(loop);
          // After the connect, which asks only seven times: a stream is far more patient.
          const cut = () => {
            const start = loop.time();
            for (const { at, seconds } of planned) {
              clock.at(start + at, () =>
                network.partition([network.host('client')], [network.host('server')]),
              );
              clock.at(start + at + seconds, () => network.heal());
            }
          };
          expect(await echoes(loop, [1000, 20_000, 1], cut)).toBe(true);
          server.close();
        },
        { ...options, grace: 200 },
      ),
    ),
    randomRuns(40, 8),
  );
});

/** A client for a service on datagrams that asks again until it is answered, and takes each answer once. */
class Asker {
  readonly answers = new Map<number, string>();
  readonly #arrived = new Queue<void>();
  #transport!: DatagramTransport;

  connectionMade(transport: DatagramTransport): void {
    this.#transport = transport;
  }

  datagramReceived(data: Buffer): void {
    const { id, answer } = JSON.parse(String(data)) as { id: number; answer: string };
    if (this.answers.has(id)) return;
    this.answers.set(id, answer);
    this.#arrived.putNowait();
  }

  async ask(id: number): Promise<string> {
    while (!this.answers.has(id)) {
      this.#transport.sendto(Buffer.from(JSON.stringify({ id })));
      try {
        await timeout(1).run(() => this.#arrived.get());
      } catch (error) {
        if ((error as Error).name !== 'TimeoutError') throw error;
      }
    }
    return this.answers.get(id) as string;
  }

  close(): void {
    this.#transport.close();
  }
}

class Answerer {
  #transport!: DatagramTransport;

  connectionMade(transport: DatagramTransport): void {
    this.#transport = transport;
  }

  datagramReceived(data: Buffer, source: InetAddress): void {
    const { id } = JSON.parse(String(data)) as { id: number };
    this.#transport.sendto(Buffer.from(JSON.stringify({ id, answer: `answer ${id}` })), source);
  }
}

test('a client that asks again gets every answer through a network that loses, repeats and reorders', async () => {
  await fc.assert(
    fc.asyncProperty(fc.record(world), (options) =>
      simulate(async (loop) => {
        const at = (name: string) => loop.network.host(name);
        const [service] = await at('server').run(() =>
          loop.createDatagramEndpoint(() => new Answerer(), { localAddr: { host: '0.0.0.0', port: 53 } }),
        );
        const [, asker] = await at('client').run(() =>
          loop.createDatagramEndpoint(() => new Asker(), { remoteAddr: { host: 'server', port: 53 } }),
        );
        for (let id = 0; id < 20; id++) expect(await asker.ask(id)).toBe(`answer ${id}`);
        asker.close();
        service.close();
      }, options),
    ),
    randomRuns(60, 10),
  );
});
