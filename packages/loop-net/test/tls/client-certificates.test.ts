import tls from 'node:tls';
import type { BaseTransport } from '@bight/loop-abstract';
import { wrapFuture } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { Echo } from '../../../../test/support/recording.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

const { ca, server, client, expired, selfSigned } = certificates();
const ticketKeys = Buffer.alloc(48, 7);
const shared = { cert: server.cert, key: server.key, ca: ca.cert, ticketKeys };
const versions = ['TLSv1.2', 'TLSv1.3'] as const;

interface Visit {
  /** What the server answered; `''` when it refused. */
  answer: string;
  isReused: boolean;
  session: Buffer | undefined;
}

/** A client of Node's own, which is free to offer whatever session it likes. */
async function visit(port: number, options: tls.ConnectionOptions): Promise<Visit> {
  const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca: ca.cert, ...options });
  let answer = '';
  let session: Buffer | undefined;
  let isReused = false;
  await wrapFuture(
    new Promise<void>((resolve) => {
      socket.on('session', (data) => {
        session = data;
      });
      socket.on('secureConnect', () => {
        isReused = socket.isSessionReused();
        socket.write('hello');
      });
      socket.on('data', (data) => {
        answer += data;
        socket.end();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    }),
  );
  return { answer, isReused, session };
}

async function serveEcho(loop: TestLoop, ssl: SSLContext): Promise<{ port: number; made: Echo[] }> {
  const made: Echo[] = [];
  const factory = () => {
    made.push(new Echo(loop));
    return made.at(-1)!;
  };
  const { port } = await serve(loop, factory, { ssl });
  return { port, made };
}

describe.each(tlsDrivers)('$name: client certificates', ({ Loop }) => {
  describe.each(versions)('%s', (version) => {
    const only = { minVersion: version, maxVersion: version };

    test('a session of an open context is no way into a guarded one with the same ticket keys', async () => {
      await runOn(Loop, async (loop) => {
        const open = await serveEcho(loop, new SSLContext({ ...shared, ...only }));
        const guarded = await serveEcho(loop, new SSLContext({ ...shared, ...only, requestCert: true }));
        const first = await visit(open.port, only);
        expect(first).toMatchObject({ answer: 'hello', session: expect.any(Buffer) });
        const second = await visit(guarded.port, { ...only, session: first.session });
        expect(second.answer).toBe('');
        expect(guarded.made.flatMap(({ events }) => events)).toEqual([]);
      });
    });

    test('nor is a session of a context that accepts what it cannot verify', async () => {
      await runOn(Loop, async (loop) => {
        const lax = new SSLContext({ ...shared, ...only, requestCert: true, rejectUnauthorized: false });
        const open = await serveEcho(loop, lax);
        const guarded = await serveEcho(loop, new SSLContext({ ...shared, ...only, requestCert: true }));
        const stranger = { ...only, cert: selfSigned.cert, key: selfSigned.key };
        const first = await visit(open.port, stranger);
        expect(first).toMatchObject({ answer: 'hello', session: expect.any(Buffer) });
        const second = await visit(guarded.port, { ...stranger, session: first.session });
        expect(second.answer).toBe('');
        expect(guarded.made.flatMap(({ events }) => events)).toEqual([]);
      });
    });

    test('nor is a session of a context that trusts another authority', async () => {
      await runOn(Loop, async (loop) => {
        const other = new SSLContext({ ...shared, ...only, ca: [selfSigned.cert], requestCert: true });
        const open = await serveEcho(loop, other);
        const guarded = await serveEcho(loop, new SSLContext({ ...shared, ...only, requestCert: true }));
        const stranger = { ...only, cert: selfSigned.cert, key: selfSigned.key };
        const first = await visit(open.port, stranger);
        expect(first).toMatchObject({ answer: 'hello', session: expect.any(Buffer) });
        const second = await visit(guarded.port, { ...stranger, session: first.session });
        expect(second.answer).toBe('');
        expect(guarded.made.flatMap(({ events }) => events)).toEqual([]);
      });
    });

    test('a client with its certificate resumes its session, also at another server with the same settings', async () => {
      await runOn(Loop, async (loop) => {
        const settings = { ...shared, ...only, requestCert: true };
        const here = await serveEcho(loop, new SSLContext(settings));
        const there = await serveEcho(loop, new SSLContext({ ...settings, ca: [ca.cert.toString()] }));
        const known = { ...only, cert: client.cert, key: client.key };
        const first = await visit(here.port, known);
        expect(first).toMatchObject({ answer: 'hello', isReused: false, session: expect.any(Buffer) });
        for (const { port, made } of [here, there]) {
          const again = await visit(port, { ...known, session: first.session });
          expect(again).toMatchObject({ answer: 'hello', isReused: true });
          const { transport } = made.at(-1)!;
          expect(transport.getExtraInfo('peercert')).toMatchObject({ subject: { CN: 'a client' } });
          expect(transport.getExtraInfo('sslObject')).toMatchObject({
            authorized: true,
            authorizationError: null,
          });
        }
      });
    });

    test.each([
      ['a good certificate', () => client, { authorized: true, authorizationError: null }],
      [
        'a self-signed one',
        () => selfSigned,
        { authorized: false, authorizationError: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      ],
      ['an expired one', () => expired, { authorized: false, authorizationError: 'CERT_HAS_EXPIRED' }],
      ['none', () => null, { authorized: false, authorizationError: 'UNABLE_TO_GET_ISSUER_CERT' }],
    ])('a server that only asks learns the verdict on a client with %s', async (_, make, verdict) => {
      await runOn(Loop, async (loop) => {
        const asking = new SSLContext({ ...shared, ...only, requestCert: true, rejectUnauthorized: false });
        const { port, made } = await serveEcho(loop, asking);
        const shown = make();
        const mine = shown === null ? {} : { cert: shown.cert, key: shown.key };
        const first = await visit(port, { ...only, ...mine });
        expect(first.answer).toBe('hello');
        expect(made[0]!.transport.getExtraInfo('sslObject')).toMatchObject(verdict);
        const again = await visit(port, { ...only, ...mine, session: first.session });
        expect(again).toMatchObject({ answer: 'hello', isReused: true });
        expect(made[1]!.transport.getExtraInfo('sslObject')).toMatchObject(verdict);
      });
    });
  });

  test('a server that is upgraded by startTls() guards itself in the same way', async () => {
    await runOn(Loop, async (loop) => {
      const open = await serveEcho(loop, new SSLContext(shared));
      const first = await visit(open.port, {});
      const guarded = new SSLContext({ ...shared, requestCert: true });
      const refused = loop.createFuture<unknown>();
      class Upgrading extends Echo {
        override connectionMade(transport: BaseTransport): void {
          super.connectionMade(transport);
          const upgrading = loop.startTls(this.transport, this, guarded, { serverSide: true });
          upgrading.then(
            (upgraded) => {
              this.transport = upgraded!;
              refused.setResult(null);
            },
            (error) => refused.setResult(error),
          );
        }
      }
      const { port } = await serve(loop, () => new Upgrading(loop));
      const second = await visit(port, { session: first.session });
      expect(second.answer).toBe('');
      expect(await refused).toMatchObject({ code: expect.any(String) });
    });
  });

  test('a client that accepts any server learns the verdict on the certificate, too', async () => {
    await runOn(Loop, async (loop) => {
      const { port } = await serveEcho(loop, new SSLContext({ cert: selfSigned.cert, key: selfSigned.key }));
      const lax = createDefaultContext({ rejectUnauthorized: false });
      const [transport] = await loop.createConnection(() => ({}), { host: '127.0.0.1', port, ssl: lax });
      expect(transport.getExtraInfo('sslObject')).toMatchObject({
        authorized: false,
        authorizationError: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
    });
  });
});
