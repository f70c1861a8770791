import { describe, expect, test } from '@jest/globals';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

const { ca, server, selfSigned } = certificates();
const pem = ca.cert.toString();

describe('an SSLContext', () => {
  test.each<[string, unknown]>([
    ['text that is no certificate', 'garbage'],
    ['nothing', ''],
    ['a key', server.key],
    ['a truncated one', pem.slice(0, 200)],
    ['a damaged one', pem.replace(/[A-Z]{2}\n/, '\n')],
    ['a damaged one behind a good one', [pem, `${pem}${pem.replace(/\n(.{20})/, '\n')}`]],
    ['garbage behind a good one', [pem, 'garbage']],
  ])('refuses authorities: %s', (_, authorities) => {
    expect(() => new SSLContext({ ca: authorities as string })).toThrow(
      expect.objectContaining({ name: 'ValueError', message: expect.stringMatching(/^ca /) }),
    );
  });

  test.each<[string, unknown]>([
    ['one', pem],
    ['bytes', ca.cert],
    ['several in one file', `${pem}\n# and another\n${selfSigned.cert}`],
    ['several files', [ca.cert, selfSigned.cert.toString()]],
    ['an empty list, which trusts no certificate', []],
  ])('takes authorities: %s', (_, authorities) => {
    expect(new SSLContext({ ca: authorities as string }).options.ca).toBe(authorities);
  });

  test('refuses authorities of the wrong type', () => {
    expect(() => new SSLContext({ ca: 5 as never })).toThrow(TypeError);
  });

  test.each([[''], ['é'.repeat(128)], ['x'.repeat(256)]])('refuses the ALPN name %j', (name) => {
    expect(() => new SSLContext({ alpnProtocols: ['h2', name] })).toThrow(
      expect.objectContaining({ name: 'ValueError', message: expect.stringContaining('1 to 255 bytes') }),
    );
  });

  test('takes ALPN names of 1 to 255 bytes', () => {
    const names = ['x', 'é'.repeat(127), 'y'.repeat(255)];
    expect(new SSLContext({ alpnProtocols: names }).options.alpnProtocols).toEqual(names);
  });

  test('refuses a checkServerIdentity that is no function', () => {
    expect(() => new SSLContext({ checkServerIdentity: true as never })).toThrow(
      'checkServerIdentity must be a function',
    );
  });
});

describe.each(tlsDrivers)('$name: checkServerIdentity', ({ Loop }) => {
  const refusal = Object.assign(new Error('not the key that is pinned'), { code: 'PINNED' });

  test.each<[string, () => Error | undefined, boolean]>([
    ['returns an error', () => refusal, true],
    [
      'throws',
      () => {
        throw refusal;
      },
      true,
    ],
    ['returns nothing', () => undefined, false],
  ])('that %s decides', async (_, check, isRefused) => {
    await runOn(Loop, async (loop) => {
      const { port } = await serve(loop, () => ({}), {
        ssl: new SSLContext({ cert: server.cert, key: server.key }),
      });
      const asked: [string, string][] = [];
      const ssl = createDefaultContext({
        ca: ca.cert,
        checkServerIdentity: (name, { subject }) => {
          asked.push([name, String(subject.CN)]);
          return check();
        },
      });
      for (const serverHostname of ['elsewhere.example', '']) {
        const connecting = Promise.resolve(
          loop.createConnection(() => ({}), { host: '127.0.0.1', port, ssl, serverHostname }),
        );
        if (isRefused) await expect(connecting).rejects.toMatchObject({ code: 'PINNED' });
        else await connecting;
      }
      expect(asked).toEqual([
        ['elsewhere.example', 'localhost'],
        ['', 'localhost'],
      ]);
    });
  });
});
