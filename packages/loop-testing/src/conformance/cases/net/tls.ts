import { ValueError } from '@bight/contextvars';
import {
  type AbstractFuture,
  type CipherInfo,
  type PeerCertificateInfo,
  Protocol,
  type Transport,
} from '@bight/loop-abstract';
import { createDefaultContext, SSLContext } from '@bight/loop-net';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import type { CaseContext } from '../../case-context.js';
import { deepEqual, equal, fails, ok } from '../../check.js';
import { Recorder } from '../../recorder.js';
import { cert, key } from './certificate.js';
import { close, connect, HOST, portOf } from './connections.js';

const contexts = () => ({
  serving: new SSLContext({ cert, key }),
  trusting: createDefaultContext({ ca: cert }),
});

/** A server with TLS; `accepted` is done when a client has shaken hands with it. */
async function serve({ loop }: CaseContext) {
  const accepted = loop.createFuture<Recorder>();
  class Accepted extends Recorder {
    override connectionMade(transport: Transport): void {
      super.connectionMade(transport);
      accepted.setResult(this);
    }
  }
  const server = await loop.createServer(() => new Accepted(loop), {
    host: HOST,
    ssl: contexts().serving,
  });
  return { server, port: portOf(server), accepted };
}

/** Connects with a client, which fails. @returns the code of its error */
async function refused(c: CaseContext, options: object): Promise<string | undefined> {
  const { loop, trace, note } = c;
  const { server, port } = await serve(c);
  const factory = () => {
    const protocol = new Protocol();
    protocol.connectionMade = note('made');
    return protocol;
  };
  const error = await fails(() => loop.createConnection(factory, { host: HOST, port, ...options }), Error);
  server.close();
  server.abortClients();
  await server.waitClosed();
  deepEqual(trace.splice(0), []);
  return (error as NodeJS.ErrnoException).code;
}

/** Connections that are encrypted from the beginning. */
const secureCases = suite(
  'NetLoop',
  'a TLS connection',
  (define) => {
    define('carries bytes both ways, and ends for both', async (c) => {
      const { loop, run } = c;
      await run(async () => {
        const { server, port, accepted } = await serve(c);
        const [transport, client] = await loop.createConnection(() => new Recorder(loop), {
          host: HOST,
          port,
          ssl: contexts().trusting,
          serverHostname: 'localhost',
        });
        transport.write(Buffer.from('ping'));
        const serving = await accepted;
        equal(await serving.bytes(4), 'ping');
        serving.transport.write(Buffer.from('pong'));
        equal(await client.bytes(4), 'pong');
        server.close();
        transport.close();
        equal(await client.lost, null);
        await serving.lost;
        equal(client.events[0], 'made');
        equal(client.events.at(-1), 'lost');
        equal(serving.events.filter((event) => event === 'lost').length, 1);
        await server.waitClosed();
      });
    });

    define('gives its cipher, its context and the certificate of the other end', async (c) => {
      const { loop, run } = c;
      await run(async () => {
        const { server, port, accepted } = await serve(c);
        const ssl = contexts().trusting;
        const [transport, client] = await loop.createConnection(() => new Recorder(loop), {
          host: HOST,
          port,
          ssl,
        });
        equal(transport.getExtraInfo('sslContext'), ssl);
        const cipher = transport.getExtraInfo('cipher') as CipherInfo;
        ok(cipher.version.startsWith('TLSv1'), `a version of TLS was expected, not ${cipher.version}`);
        const peer = transport.getExtraInfo('peercert') as PeerCertificateInfo;
        equal(peer.subject.CN as string, 'localhost');
        server.close();
        await close({ client, accepted: await accepted });
      });
    });

    define('is not made with a server without a trusted certificate', async (c) => {
      await c.run(async () => {
        equal(await refused(c, { ssl: true }), 'DEPTH_ZERO_SELF_SIGNED_CERT');
      });
    });

    define('is not made with a server of another name, unless names are not matched', async (c) => {
      const { loop, run } = c;
      await run(async () => {
        const ssl = contexts().trusting;
        equal(await refused(c, { ssl, serverHostname: 'elsewhere.example' }), 'ERR_TLS_CERT_ALTNAME_INVALID');
        const { server, port, accepted } = await serve(c);
        const options = { host: HOST, port, ssl, serverHostname: '' };
        const [, client] = await loop.createConnection(() => new Recorder(loop), options);
        server.close();
        await close({ client, accepted: await accepted });
      });
    });

    define('is not made with a server that says nothing', async ({ loop, run }) => {
      await run(async () => {
        const server = await loop.createServer(() => new Protocol(), { host: HOST });
        const error = await fails(
          () =>
            loop.createConnection(() => new Protocol(), {
              host: HOST,
              port: portOf(server),
              ssl: true,
              sslHandshakeTimeout: 0.05,
            }),
          Error,
        );
        equal((error as NodeJS.ErrnoException).code, 'ECONNABORTED');
        server.close();
        server.abortClients();
        await server.waitClosed();
      });
    });

    define('needs TLS for its time-outs, and a name at a path', async ({ loop, run }) => {
      await run(async () => {
        const factory = () => new Protocol();
        const timeout = { sslHandshakeTimeout: 1 };
        await fails(() => loop.createConnection(factory, { host: HOST, port: 1, ...timeout }), ValueError);
        await fails(() => loop.createServer(factory, { host: HOST, ...timeout }), ValueError);
        await fails(() => loop.createUnixConnection(factory, { path: '/x', ssl: true }), ValueError);
      });
    });
  },
  { states: WITH_SYSTEM, needs: ['TaskLoop', 'tls'] },
);

/** Upgrades both ends. */
function upgrade(
  { loop }: CaseContext,
  client: Recorder,
  accepted: Recorder,
): [AbstractFuture<Transport | null>, AbstractFuture<Transport | null>] {
  const { serving, trusting } = contexts();
  return [
    loop.startTls(client.transport, client, trusting, { serverHostname: 'localhost' }),
    loop.startTls(accepted.transport, accepted, serving, { serverSide: true }),
  ];
}

/** Connections that are encrypted later. */
const upgradeCases = suite(
  'NetLoop',
  'startTls()',
  (define) => {
    define('goes on with the protocols of a plain connection', async (c) => {
      await c.run(async () => {
        const { client, accepted } = await connect(c);
        client.transport.write(Buffer.from('plain,'));
        await accepted.bytes(6);
        const [upgrading, serving] = upgrade(c, client, accepted);
        const transport = (await upgrading) as Transport;
        const theirs = (await serving) as Transport;
        equal(transport.getProtocol(), client);
        transport.write(Buffer.from('secret'));
        equal(await accepted.bytes(12), 'plain,secret');
        theirs.write(Buffer.from('answer'));
        equal(await client.bytes(6), 'answer');
        transport.close();
        await client.lost;
        await accepted.lost;
        equal(client.events.filter((event) => event === 'made').length, 1);
      });
    });

    define('loses nothing that arrived while reading was paused', async (c) => {
      await c.run(async () => {
        const { client, accepted } = await connect(c);
        accepted.transport.pauseReading();
        const { serving, trusting } = contexts();
        const upgrading = c.loop.startTls(client.transport, client, trusting, {
          serverHostname: 'localhost',
        });
        await c.turns(20);
        const theirs = c.loop.startTls(accepted.transport, accepted, serving, { serverSide: true });
        const transport = (await upgrading) as Transport;
        await theirs;
        transport.write(Buffer.from('all there'));
        equal(await accepted.bytes(9), 'all there');
        transport.abort();
        await client.lost;
        await accepted.lost;
      });
    });

    define('checks its arguments before it does anything', async (c) => {
      const { loop, run } = c;
      await run(async () => {
        const pair = await connect(c);
        const { transport } = pair.client;
        await fails(() => loop.startTls(transport, pair.client, true as never), TypeError);
        await fails(() => loop.startTls({} as never, pair.client, contexts().trusting), TypeError);
        await close(pair);
      });
    });
  },
  { states: WITH_SYSTEM, needs: ['TaskLoop', 'tls'] },
);

/** Encrypted connections. */
export const tlsCases: CaseDefinition[] = [...secureCases, ...upgradeCases];
