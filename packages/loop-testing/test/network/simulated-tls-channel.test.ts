import { type SimulatedHost, simulate, type TlsFault } from '@bight/loop-testing';
import { expect, test } from '@jest/globals';
import {
  createDefaultContext,
  gather,
  getRunningLoop,
  openConnection,
  run,
  SSLContext,
  type SSLContextOptions,
  sleep,
  startServer,
} from 'bight';
import { certificates } from '../../../loop-net/test/support/certificates.js';
import { cert, key } from '../../src/conformance/cases/net/certificate.js';

interface Ends {
  /** `null`: without TLS. */
  readonly server: SSLContextOptions | null;
  readonly client: SSLContextOptions | null;
}

/** A server that answers once, and a client: what each of them notices, without the words of one version of OpenSSL. */
async function meeting({ server: serving, client }: Ends): Promise<string[]> {
  const events: string[] = [];
  const code = (error: unknown) => (error as NodeJS.ErrnoException).code;
  const server = await startServer(
    async (reader, writer) => {
      events.push('accepted');
      try {
        events.push(`server read ${(await reader.read(5)).length > 0}`);
        writer.write(Buffer.from('answer'));
      } catch (error) {
        events.push(`server failed ${code(error)}`);
      }
      writer.close();
    },
    { host: '127.0.0.1', port: 0, ...(serving === null ? {} : { ssl: new SSLContext(serving) }) },
  );
  const { port } = server.sockets[0]!.getsockname();
  const ssl = client === null ? {} : { ssl: createDefaultContext(client), serverHostname: 'localhost' };
  try {
    const [reader, writer] = await openConnection({ host: '127.0.0.1', port, ...ssl });
    const secured = writer.getExtraInfo('sslObject') as Record<string, unknown> | null;
    events.push(
      `connected ${secured?.authorized} ${secured?.authorizationError} ${secured?.alpnProtocol} ${Boolean(secured)}`,
    );
    writer.write(Buffer.from('hello'));
    try {
      events.push(`client read ${(await reader.read()).length > 0}`);
    } catch (error) {
      events.push(`client failed ${code(error)}`);
    }
    writer.close();
  } catch (error) {
    events.push(`refused ${code(error)}`);
  }
  await sleep(0.05);
  server.close();
  server.abortClients();
  await server.waitClosed();
  return events.sort();
}

const { ca, server, client, selfSigned } = certificates();
const trusted = { cert: server.cert, key: server.key };
const authority = { ca: ca.cert };

const meetings: [string, Ends][] = [
  ['a trusted server', { server: trusted, client: authority }],
  ['a server of an unknown authority', { server: trusted, client: {} }],
  ['a server that has signed itself', { server: { cert, key }, client: authority }],
  [
    'a chain with an unknown authority',
    { server: { ...trusted, cert: Buffer.concat([server.cert, ca.cert]) }, client: {} },
  ],
  ['a server that is not verified', { server: trusted, client: { rejectUnauthorized: false } }],
  ['a server without a certificate', { server: {}, client: authority }],
  [
    'no protocol in common',
    { server: { ...trusted, alpnProtocols: ['a'] }, client: { ...authority, alpnProtocols: ['b'] } },
  ],
  [
    'the protocol that the server likes best',
    {
      server: { ...trusted, alpnProtocols: ['x', 'b'] },
      client: { ...authority, alpnProtocols: ['b', 'x'] },
    },
  ],
  ['protocols of the client alone', { server: trusted, client: { ...authority, alpnProtocols: ['b'] } }],
  [
    'a client that is asked for a certificate and has none',
    { server: { ...trusted, ...authority, requestCert: true }, client: authority },
  ],
  [
    'a client with a certificate',
    {
      server: { ...trusted, ...authority, requestCert: true },
      client: { ...authority, cert: client.cert, key: client.key },
    },
  ],
  [
    'a client with a self-signed certificate',
    {
      server: { ...trusted, ...authority, requestCert: true },
      client: { ...authority, cert: selfSigned.cert, key: selfSigned.key },
    },
  ],
  [
    'a checkServerIdentity of the client',
    { server: trusted, client: { ...authority, checkServerIdentity: () => new Error('no') } },
  ],
];

test.each(meetings)('%s: the same events and errors as on real sockets', async (_, ends) => {
  const real = await run(() => meeting(ends));
  expect(await simulate(() => meeting(ends), { seed: 1 })).toEqual(real);
  expect(real.length).toBeGreaterThan(0);
});

test('an end without TLS: the client fails', async () => {
  const events = await simulate(async () => {
    const server = await startServer(
      async (reader, writer) => {
        await reader.read(10_000);
        writer.write(Buffer.from('220 hello\r\n'));
        writer.close();
      },
      { host: '127.0.0.1', port: 0 },
    );
    const { port } = server.sockets[0]!.getsockname();
    const ssl = { ssl: createDefaultContext(authority), serverHostname: 'localhost' };
    try {
      await openConnection({ host: '127.0.0.1', port, ...ssl });
      return 'connected';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    } finally {
      server.close();
      server.abortClients();
      await server.waitClosed();
    }
  });
  expect(events).toBe('ERR_SSL_WRONG_VERSION_NUMBER');
});

const LATENCY = 0.1;

/** Two hosts, of which one connects to the other; what the client notices, and when. */
function handshake(
  options: SSLContextOptions,
  prepare: (server: SimulatedHost, client: SimulatedHost) => void,
  seed = 1,
): Promise<{ code: string | undefined; time: number }> {
  return simulate(
    async (loop) => {
      const hosts = [loop.network.host('localhost'), loop.network.host('client')] as const;
      loop.network.link(...hosts, { latency: LATENCY });
      prepare(...hosts);
      hosts[0].start(async () => {
        await using listening = await startServer(
          async (reader, writer) => {
            writer.write(await reader.read(100));
            writer.close();
          },
          { host: '0.0.0.0', port: 443, ssl: new SSLContext(trusted) },
        );
        await listening.serveForever();
      });
      const outcome = await hosts[1].run(async () => {
        await sleep(1);
        let code: string | undefined;
        const ssl = createDefaultContext(options);
        const address = loop.network.host('localhost').addresses[0]!;
        const began = loop.time();
        try {
          const [reader, writer] = await openConnection({
            host: address,
            port: 443,
            ssl,
            serverHostname: 'localhost',
          });
          const time = loop.time() - began;
          writer.write(Buffer.from('echo'));
          expect(String(await reader.read())).toBe('echo');
          writer.close();
          return { code, time };
        } catch (error) {
          code = (error as NodeJS.ErrnoException).code;
        }
        return { code, time: loop.time() - began };
      });
      hosts[0].crash();
      return outcome;
    },
    { seed },
  );
}

test('a handshake takes two ways there and back, and what the hosts need for it', async () => {
  const fast = await handshake(authority, () => {});
  expect(fast.code).toBeUndefined();
  expect(fast.time).toBeCloseTo(4 * LATENCY);
  const slow = await handshake(authority, (server, client) => {
    server.setTls({ delay: 2 });
    client.setTls({ delay: 0.5 });
  });
  // The client takes two steps before it is done, the server one.
  expect(slow.time).toBeCloseTo(4 * LATENCY + 2 + 2 * 0.5);
});

const faults: [TlsFault, SSLContextOptions, string | undefined, number][] = [
  ['certificate', authority, 'DEPTH_ZERO_SELF_SIGNED_CERT', 4 * LATENCY],
  ['certificate', { ...authority, rejectUnauthorized: false }, undefined, 4 * LATENCY],
  ['silence', authority, 'ECONNABORTED', 2 * LATENCY + 60],
  ['cut', authority, 'ECONNRESET', 4 * LATENCY],
];

test.each(faults)('a server with the fault %s', async (fault, options, code, time) => {
  const outcome = await handshake(options, (server) => server.setTls({ fault }));
  expect(outcome.code).toBe(code);
  expect(outcome.time).toBeCloseTo(time);
});

test('a server that loses its power in the middle of a handshake leaves the client to its time-out', async () => {
  const outcome = await handshake(authority, (server) => {
    server.setTls({ delay: 10 });
    getRunningLoop().callLater(5, () => server.crash());
  });
  expect(outcome).toEqual({ code: 'ECONNABORTED', time: expect.closeTo(2 * LATENCY + 60) });
});

test('startTls() in mid-stream, over links that cut bytes into pieces and lose packets', async () => {
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i & 255));
  await simulate(
    async () => {
      const echoed = (async () => {
        const listening = await startServer(
          async (reader, writer) => {
            await reader.readline();
            writer.write(Buffer.from('go ahead\n'));
            await writer.startTls(new SSLContext(trusted));
            writer.write(await reader.readexactly(bytes.length));
            await writer.drain();
            writer.close();
          },
          { host: '0.0.0.0', port: 25 },
        );
        return listening;
      })();
      const listening = await echoed;
      const [reader, writer] = await openConnection({ host: 'localhost', port: 25 });
      writer.write(Buffer.from('STARTTLS\n'));
      expect(String(await reader.readline())).toBe('go ahead\n');
      await writer.startTls(createDefaultContext(authority), { serverHostname: 'localhost' });
      const [, answer] = await gather([
        (async () => {
          writer.write(bytes);
          await writer.drain();
        })(),
        reader.readexactly(bytes.length),
      ]);
      expect((answer as Buffer).equals(bytes)).toBe(true);
      writer.close();
      listening.close();
      await listening.waitClosed();
    },
    { runs: 5, chaos: true, link: { latency: 0.01, jitter: 0.01, fragmentation: 0.5, loss: 0.05 } },
  );
});

test('invalid options are refused', async () => {
  await simulate(async ({ network }) => {
    const host = network.host('a');
    expect(() => host.setTls({ delay: -1 })).toThrow(/delay/);
    expect(() => host.setTls({ fault: 'none of these' as never })).toThrow(/fault must be one of/);
    expect(() => host.setTls({ falt: 'cut' } as never)).toThrow(/unknown option/);
  });
});
