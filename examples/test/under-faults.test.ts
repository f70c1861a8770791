// The examples' protocols on networks that lose, delay, duplicate and split messages.

import { type LinkOptions, type SimulatedHost, simulate, type VirtualEventLoop } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import {
  type DatagramTransport,
  gather,
  openConnection,
  Queue,
  type StreamReader,
  type StreamWriter,
  waitFor,
} from 'bight';
import fc from 'fast-check';
import { randomRuns } from '../../test/support/extent.js';
import { DnsProtocol } from '../src/dns-protocol.js';
import { usualLimits } from '../src/http/http-connection.js';
import { httpEcho } from './support/http-echo.js';

const share = (max: number) => fc.double({ min: 0, max, noNaN: true });

const worlds = fc.record({
  seed: fc.nat(),
  chaos: fc.boolean(),
  link: fc.record<LinkOptions>({
    latency: share(0.3),
    jitter: share(0.3),
    loss: share(0.4),
    duplication: share(0.4),
    reordering: share(0.4),
    fragmentation: share(1),
  }),
});

function hostsOf({ network }: VirtualEventLoop): { server: SimulatedHost; client: SimulatedHost } {
  return { server: network.host('server'), client: network.host('client') };
}

/** An answer may be retransmitted for minutes: a server that closed idle connections would reset the next request. */
const patient = {
  ...usualLimits,
  headSeconds: 3600,
  bodySeconds: 3600,
  idleSeconds: 3600,
  writeSeconds: 3600,
};

/** Connects, again if all seven attempts were lost, after which the system gives up. */
async function connect(): Promise<[StreamReader, StreamWriter]> {
  for (;;) {
    try {
      return await openConnection({ host: 'server', port: 80 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') throw error;
    }
  }
}

async function readResponse(reader: StreamReader): Promise<string> {
  const head = String(await reader.readuntil(Buffer.from('\r\n\r\n')));
  const length = Number(/Content-Length: (\d+)/.exec(head)?.[1]);
  return String(await reader.readexactly(length));
}

async function post(reader: StreamReader, writer: StreamWriter, body: string): Promise<string> {
  const head = `POST /echo HTTP/1.1\r\nHost: server\r\nContent-Length: ${body.length}\r\n\r\n`;
  await writer.send(Buffer.from(head + body));
  return readResponse(reader);
}

test('an HTTP server answers every request, in order, whatever the network does', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, (options) =>
      simulate(async (loop) => {
        const { server, client } = hostsOf(loop);
        const listening = await server.run(() =>
          loop.createServer(httpEcho(loop, patient), { host: '0.0.0.0', port: 80 }),
        );
        const visit = async (visitor: number) => {
          const [reader, writer] = await connect();
          for (let number = 0; number < 3; number++) {
            const body = `${visitor}.${number} `.repeat(1 + loop.random.below(2000));
            expect(await post(reader, writer, body)).toBe(body);
          }
          writer.close();
        };
        await client.run(() => gather([1, 2, 3].map((visitor) => () => visit(visitor))));
        listening.close();
        await listening.waitClosed();
      }, options),
    ),
    randomRuns(40, 8),
  );
});

test('an HTTP server survives clients that are cut off in the middle of a request', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, (options) =>
      simulate(async (loop) => {
        const { server, client } = hostsOf(loop);
        const listening = await server.run(() =>
          loop.createServer(httpEcho(loop, patient), { host: '0.0.0.0', port: 80 }),
        );
        await client.run(async () => {
          const [, cut] = await connect();
          cut.write(
            Buffer.from('POST /echo HTTP/1.1\r\nHost: server\r\nContent-Length: 1000\r\n\r\nonly a part'),
          );
          loop.network.reset(client, server);
          const [reader, writer] = await connect();
          expect(await post(reader, writer, 'still there?')).toBe('still there?');
          writer.close();
        });
        listening.close();
        await listening.waitClosed();
      }, options),
    ),
    randomRuns(40, 8),
  );
});

/** Asks a DNS server until it answers; ignores answers to other questions, and duplicates. */
class Resolver {
  readonly #answers = new Queue<Buffer>();
  #transport!: DatagramTransport;

  connectionMade(transport: DatagramTransport): void {
    this.#transport = transport;
  }

  datagramReceived(data: Buffer): void {
    this.#answers.putNowait(data);
  }

  async resolve(name: string, id: number): Promise<string | null> {
    const labels = name
      .split('.')
      .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
    const header = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    const question = Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
    for (;;) {
      this.#transport.sendto(question);
      try {
        const answer = await waitFor(() => this.#answerTo(id), 2);
        return answer.readUInt16BE(6) === 0 ? null : answer.subarray(-4).join('.');
      } catch (error) {
        if ((error as Error).name !== 'TimeoutError') throw error;
      }
    }
  }

  async #answerTo(id: number): Promise<Buffer> {
    for (;;) {
      const answer = await this.#answers.get();
      if (answer.readUInt16BE(0) === id) return answer;
    }
  }

  close(): void {
    this.#transport.close();
  }
}

test('a resolver that asks again gets the right address of every name', async () => {
  const addresses = new Map(
    Array.from({ length: 10 }, (_, number) => [`host${number}.example`, `192.0.2.${number}`]),
  );
  await fc.assert(
    fc.asyncProperty(worlds, (options) =>
      simulate(async (loop) => {
        const { server, client } = hostsOf(loop);
        const [service] = await server.run(() =>
          loop.createDatagramEndpoint(() => new DnsProtocol(addresses), {
            localAddr: { host: '0.0.0.0', port: 53 },
          }),
        );
        const [, resolver] = await client.run(() =>
          loop.createDatagramEndpoint(() => new Resolver(), { remoteAddr: { host: 'server', port: 53 } }),
        );
        let id = 0;
        for (const [name, address] of addresses) expect(await resolver.resolve(name, ++id)).toBe(address);
        expect(await resolver.resolve('unknown.example', ++id)).toBeNull();
        resolver.close();
        service.close();
      }, options),
    ),
    randomRuns(40, 8),
  );
});
