import type { SSLContextOptions } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { sampleOf } from '../../../../test/support/extent.js';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { SSLContext } from '../../src/index.js';
import { type Certificate, certificates } from '../support/certificates.js';
import { type NetLoopClass, runOn, type TestLoop } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

const { ca, server, expired, client, selfSigned, wildcard, addresses, nameOnly, future, impostor } =
  certificates();
const versions = ['TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof versions)[number];

const NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';

/** The server's certificate, the name that it is asked for, and why it is refused; `null`: it is good. */
const cases: [string, Certificate, string, string | null][] = [
  ['for the name', server, 'localhost', null],
  ['for the name, in other letters', server, 'LocalHost', null],
  ['for the address', server, '127.0.0.1', null],
  ['for another name', server, 'wrong.example', NAME],
  ['for a name that is longer', server, 'localhost.example', NAME],
  ['for another address', server, '127.0.0.2', NAME],
  ['for an address of the other kind', server, '::1', NAME],
  ['for the address of the other kind', addresses, '::1', null],
  ['for the name by its subject, and for addresses', addresses, 'localhost', null],
  ['for the name by its subject', nameOnly, 'localhost', null],
  ['for an address by its subject', nameOnly, '127.0.0.1', NAME],
  ['for all of a domain', wildcard, 'one.example.test', null],
  ['for all of a domain, asked for itself', wildcard, 'example.test', NAME],
  ['for all of a domain, asked for two labels', wildcard, 'one.two.example.test', NAME],
  ['for a part of a label', wildcard, 'first.other.test', null],
  ['for another part of a label', wildcard, 'second.other.test', NAME],
  ['for all of a domain, asked for the star', wildcard, '*.other.test', NAME],
  ['that has expired', expired, 'localhost', 'CERT_HAS_EXPIRED'],
  ['that is not valid yet', future, 'localhost', 'CERT_NOT_YET_VALID'],
  ['that is self-signed', selfSigned, 'localhost', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['that is for clients', client, 'localhost', 'INVALID_PURPOSE'],
  ['signed by a certificate that may not sign', impostor, 'localhost', 'INVALID_PURPOSE'],
];

const own = ({ cert, key }: Certificate): SSLContextOptions => ({ cert, key });

/** Asks the server a question. @returns what the client learned of the server, or why it was refused */
async function ask(loop: TestLoop, port: number, ssl: SSLContext, serverHostname: string) {
  const options = { host: '127.0.0.1', port, ssl, serverHostname };
  let found: { transport: Recording['transport']; protocol: Recording };
  try {
    const [transport, protocol] = await loop.createConnection(() => new Recording(loop), options);
    found = { transport, protocol };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { code, message };
  }
  const { transport, protocol } = found;
  transport.write(Buffer.from('x'));
  await protocol.received(1);
  const tls = transport.getExtraInfo('sslObject') as unknown as {
    authorized: boolean;
    authorizationError: unknown;
    isSessionReused(): boolean;
  };
  const { authorized, authorizationError } = tls;
  const isReused = tls.isSessionReused();
  transport.close();
  await protocol.event('lost');
  return { authorized, authorizationError, isReused };
}

async function serving(loop: TestLoop, certificate: Certificate, version: Version): Promise<number> {
  const ssl = new SSLContext({ ...own(certificate), maxVersion: version });
  return (await serve(loop, () => new Echo(loop), { ssl })).port;
}

/** Three connections with one context: a session of an earlier one changes nothing. */
async function verdicts(Loop: NetLoopClass, index: number, version: Version, options: SSLContextOptions) {
  const [, certificate, name] = cases[index]!;
  return await runOn(Loop, async (loop) => {
    const port = await serving(loop, certificate, version);
    const context = new SSLContext({ ca: ca.cert, ...options });
    const found = [];
    for (let round = 0; round < 3; round++) found.push(await ask(loop, port, context, name));
    return found;
  });
}

describe.each(versions)('%s: a certificate', (version) => {
  test.each(cases.map(([name], index) => [name, index] as const))('%s', async (_, index) => {
    const code = cases[index]![3];
    const all = [];
    for (const { Loop } of tlsDrivers) all.push(await verdicts(Loop, index, version, {}));
    for (const found of all) {
      const expected = code === null ? { authorized: true, authorizationError: null } : { code };
      expect(found).toEqual([expected, expected, expected].map((each) => expect.objectContaining(each)));
      expect(found).toEqual(all[0]);
    }
  });
});

describe.each(sampleOf(versions, 1))('%s: a certificate', (version) => {
  test.each(cases.map(([name], index) => [name, index] as const))(
    '%s, that need not be good',
    async (_, index) => {
      const code = cases[index]![3];
      const all = [];
      for (const { Loop } of tlsDrivers)
        all.push(await verdicts(Loop, index, version, { rejectUnauthorized: false }));
      for (const found of all) {
        for (const { authorized, authorizationError } of found as { [name: string]: unknown }[]) {
          expect(authorized).toBe(code === null);
          expect(authorizationError).toBe(code);
        }
        expect(found).toEqual(all[0]);
      }
    },
  );
});

test.each(tlsDrivers)(
  '$name: a server that is refused does not learn who the client is',
  async ({ Loop }) => {
    await runOn(Loop, async (loop) => {
      const { cert, key } = client;
      const accepted: Echo[] = [];
      const factory = () => {
        accepted.push(new Echo(loop));
        return accepted.at(-1)!;
      };
      const ssl = new SSLContext({
        ...own(selfSigned),
        ca: ca.cert,
        requestCert: true,
        minVersion: 'TLSv1.3',
      });
      const { port } = await serve(loop, factory, { ssl });
      for (const checkServerIdentity of [undefined, () => new Error('no')]) {
        const context = new SSLContext({ ca: ca.cert, cert, key, checkServerIdentity });
        expect(await ask(loop, port, context, 'localhost')).toMatchObject({
          code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        });
      }
      const pinned = { ca: selfSigned.cert, cert, key, checkServerIdentity: () => new Error('not it') };
      expect(await ask(loop, port, new SSLContext(pinned), 'localhost')).toMatchObject({ message: 'not it' });
      // A valid connection comes after all of them.
      const good = new SSLContext({ ca: selfSigned.cert, cert, key });
      expect(await ask(loop, port, good, 'localhost')).toMatchObject({ authorized: true });
      expect(accepted.filter(({ events }) => events.includes('made'))).toHaveLength(1);
    });
  },
);

describe.each(tlsDrivers)('$name: what does not change the verdict', ({ Loop }) => {
  describe.each(versions)('with %s', (version) => {
    test('a session for one name is not good for another', async () => {
      await runOn(Loop, async (loop) => {
        const port = await serving(loop, server, version);
        const context = new SSLContext({ ca: ca.cert });
        expect(await ask(loop, port, context, 'localhost')).toMatchObject({ authorized: true });
        expect(await ask(loop, port, context, 'localhost')).toMatchObject({ isReused: true });
        for (const name of ['wrong.example', '127.0.0.2'])
          expect(await ask(loop, port, context, name)).toMatchObject({ code: NAME });
      });
    });

    test('a session of a context that verifies nothing', async () => {
      await runOn(Loop, async (loop) => {
        const port = await serving(loop, selfSigned, version);
        const lax = new SSLContext({ ca: ca.cert, rejectUnauthorized: false });
        for (let round = 0; round < 2; round++)
          expect(await ask(loop, port, lax, 'localhost')).toMatchObject({ authorized: false });
        const strict = new SSLContext({ ca: ca.cert });
        expect(await ask(loop, port, strict, 'localhost')).toMatchObject({
          code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        });
      });
    });

    test('an authority that is not trusted', async () => {
      await runOn(Loop, async (loop) => {
        const port = await serving(loop, server, version);
        const codes = [];
        for (const trusted of [selfSigned.cert, [], undefined]) {
          const found = await ask(loop, port, new SSLContext({ ca: trusted as never }), 'localhost');
          codes.push((found as { code?: string }).code);
        }
        expect(codes).toEqual(Array(3).fill('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
      });
    });

    test('a program that checks the name by itself is asked for each new session, and believed', async () => {
      await runOn(Loop, async (loop) => {
        const port = await serving(loop, server, version);
        const asked: string[] = [];
        const checkServerIdentity = (name: string) => {
          asked.push(name);
          return name === 'pinned.example' ? undefined : new Error(`not ${name}`);
        };
        const context = new SSLContext({ ca: ca.cert, checkServerIdentity });
        expect(await ask(loop, port, context, 'pinned.example')).toMatchObject({ authorized: true });
        expect(await ask(loop, port, context, 'localhost')).toMatchObject({ message: 'not localhost' });
        expect(asked).toEqual(['pinned.example', 'localhost']);
        // It takes the place of the name's check alone.
        const strange = await serving(loop, selfSigned, version);
        expect(await ask(loop, strange, context, 'pinned.example')).toMatchObject({
          code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        });
      });
    });
  });
});
