import { execFileSync } from 'node:child_process';
import type { SSLContextOptions } from '@bight/loop-abstract';
import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../../test/support/recording.js';
import { SelectorEventLoop, SSLContext } from '../../../src/index.js';
import { setNativeTls } from '../../../src/low-level.js';
import { certificates } from '../../support/certificates.js';
import { runOn, type TestLoop } from '../../support/loops.js';
import { serve } from '../../support/pairs.js';
import { withNativeTls } from '../../support/tls-drivers.js';

const { ca, server, expired, selfSigned } = certificates();
const Native = withNativeTls(SelectorEventLoop);
const own = { cert: server.cert, key: server.key };

function pfx(): Buffer {
  const files = ['-in', server.certFile, '-inkey', server.keyFile, '-passout', 'pass:secret'];
  return execFileSync('openssl', ['pkcs12', '-export', ...files]);
}

function encrypted(): string {
  return execFileSync('openssl', ['ec', '-aes128', '-in', server.keyFile, '-passout', 'pass:secret'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Asks an echo. @returns which kinds of objects did TLS at both ends */
async function ask(loop: TestLoop, serving: SSLContextOptions, asking: SSLContextOptions = {}) {
  const accepted = new Echo(loop);
  const { port } = await serve(loop, () => accepted, { ssl: new SSLContext(serving) });
  const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
    host: '127.0.0.1',
    port,
    ssl: new SSLContext({ ca: ca.cert, ...asking }),
    serverHostname: 'localhost',
  });
  transport.write(Buffer.from('hello'));
  await protocol.received(5);
  const kinds = [transport, accepted.transport].map((end) => end.getExtraInfo('sslObject')!.constructor.name);
  const cipher = (transport.getExtraInfo('cipher') as { name: string }).name;
  transport.close();
  await protocol.event('lost');
  return { kinds, cipher };
}

const OPENSSL = 'TlsInformation';
const NODE = 'TLSSocket';

describe('OpenSSL is given', () => {
  test.each<[string, () => SSLContextOptions, SSLContextOptions]>([
    ['a certificate and a key', () => own, {}],
    ['them in lists', () => ({ cert: [server.cert], key: [server.key] }), {}],
    ['them with the chain, as text', () => ({ ...own, cert: `${server.cert}${ca.cert}` }), {}],
    ['an encrypted key', () => ({ cert: server.cert, key: encrypted(), passphrase: 'secret' }), {}],
    [
      'an encrypted key with its own passphrase',
      () => ({ cert: server.cert, key: [{ pem: encrypted(), passphrase: 'secret' }] }),
      {},
    ],
    [
      'ciphers of TLS 1.2',
      () => ({ ...own, maxVersion: 'TLSv1.2' }),
      { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
    ],
    ['ciphers of TLS 1.3 alone', () => own, { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }],
    ['curves', () => own, { ecdhCurve: 'P-256' }],
    ['signature algorithms', () => own, { sigalgs: 'ecdsa_secp256r1_sha256' }],
    ['several authorities', () => own, { ca: [selfSigned.cert, ca.cert] }],
    ['a partial chain', () => own, { ca: server.cert, allowPartialTrustChain: true } as SSLContextOptions],
    [
      'a time-out of sessions and an order of ciphers',
      () => ({ ...own, sessionTimeout: 10, honorCipherOrder: true }),
      {},
    ],
  ])('%s', async (_, serving, asking) => {
    await runOn(Native, async (loop) => {
      const { kinds, cipher } = await ask(loop, serving(), asking);
      expect(kinds).toEqual([OPENSSL, OPENSSL]);
      if (asking.ciphers !== undefined) expect(cipher).toBe(asking.ciphers);
    });
  });
});

describe('node:tls serves', () => {
  test.each<[string, () => SSLContextOptions]>([
    ['PKCS #12', () => ({ pfx: pfx(), passphrase: 'secret' })],
    ['parameters of Diffie and Hellman', () => ({ ...own, dhparam: 'auto' })],
    ['a method of OpenSSL', () => ({ ...own, secureProtocol: 'TLSv1_2_method' })],
  ])('%s', async (_, serving) => {
    await runOn(Native, async (loop) => {
      expect((await ask(loop, serving())).kinds).toEqual([OPENSSL, NODE]);
    });
  });

  test('everything, where OpenSSL is turned off', async () => {
    await runOn(SelectorEventLoop, async (loop) => {
      setNativeTls(false);
      expect((await ask(loop, own)).kinds).toEqual([NODE, NODE]);
      setNativeTls(null);
    });
  });
});

describe('a server that is refused', () => {
  test.each<[string, () => SSLContextOptions, string]>([
    ['for its name', () => own, 'wrong.example'],
    ['for its time', () => ({ cert: expired.cert, key: expired.key }), 'localhost'],
    ['for its authority', () => ({ cert: selfSigned.cert, key: selfSigned.key }), 'localhost'],
  ])('%s leaves no session that a later connection could resume', async (_, serving, serverHostname) => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      await runOn(Native, async (loop) => {
        const ssl = new SSLContext({ ca: ca.cert, maxVersion: version });
        const accepted: Echo[] = [];
        const factory = () => {
          accepted.push(new Echo(loop));
          return accepted.at(-1)!;
        };
        const { port } = await serve(loop, factory, { ssl: new SSLContext(serving()) });
        for (let round = 0; round < 3; round++) {
          const connecting = loop.createConnection(() => ({}), {
            host: '127.0.0.1',
            port,
            ssl,
            serverHostname,
          });
          await expect(Promise.resolve(connecting)).rejects.toMatchObject({ code: expect.any(String) });
        }
      });
    }
  });
});
