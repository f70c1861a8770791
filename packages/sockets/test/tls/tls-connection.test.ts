import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { runsOf } from '../../../../test/support/extent.js';
import { runTypeScript } from '../../../../test/support/run-typescript.js';
import {
  hasTls,
  TlsConnection,
  type TlsConnectionParts,
  TlsContext,
  TlsMemory,
  tlsNumbers,
  trustRoots,
} from '../../src/low-level.js';
import { selfSigned } from '../support/self-signed.js';
import { type End, endOf, feed, outputOf, talk, write } from '../support/tls-pair.js';

const {
  CONTEXT_ALPN,
  CONTEXT_AUTHORITIES,
  CONTEXT_CERTIFICATES,
  CONTEXT_KEY,
  CONTEXT_MAXIMUM,
  CONTEXT_PASSPHRASE,
  CONTEXT_ROOTS,
  CONTEXT_TICKET_KEYS,
  FLAG_ENDED,
  FLAG_FAILED,
  FLAG_SESSION,
  NUMBER_REUSED,
  NUMBER_VERDICT,
  TEXT_ALPN,
  TEXT_CIPHER,
  TEXT_FAILURE,
  TEXT_ISSUERS,
  TEXT_OWN_CERTIFICATE,
  TEXT_PEER_CERTIFICATE,
  TEXT_SERVER_NAME,
  TEXT_SESSION,
  TEXT_VERDICT,
  TEXT_VERSION,
} = tlsNumbers;

const VERIFY = 1;
const SELF_SIGNED = 18;
const VERSIONS = { 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 };
const EMPTY = Buffer.alloc(0);
const memory = new TlsMemory();
const { key, cert } = selfSigned();

type Version = keyof typeof VERSIONS;

function serverContext(version: Version = 'TLSv1.3'): TlsContext {
  const context = new TlsContext();
  context.give(CONTEXT_CERTIFICATES, cert);
  context.give(CONTEXT_KEY, key);
  context.set(CONTEXT_MAXIMUM, VERSIONS[version]);
  return context;
}

function clientContext(trusts = true): TlsContext {
  const context = new TlsContext();
  if (trusts) context.give(CONTEXT_AUTHORITIES, cert);
  return context;
}

function connect(context: TlsContext, options: Partial<TlsConnectionParts> = {}): End {
  const whole = { serverSide: false, verify: VERIFY, serverName: 'localhost', session: null, ...options };
  return endOf(new TlsConnection(context, memory, whole));
}

function accept(context: TlsContext): End {
  const options = { serverSide: true, verify: 0, serverName: null, session: null };
  return endOf(new TlsConnection(context, memory, options));
}

function pair(version: Version = 'TLSv1.3'): { client: End; server: End } {
  const client = connect(clientContext());
  const server = accept(serverContext(version));
  talk(client, server);
  expect([client.isSecured, server.isSecured]).toEqual([true, true]);
  return { client, server };
}

test('the OpenSSL that Node carries is found', () => {
  expect(hasTls()).toBe(true);
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a connection of %s', (version) => {
  test('is made, and knows what was agreed on', () => {
    const { client, server } = pair(version);
    const text = (what: number) => client.connection.text(what)?.toString();
    expect(text(TEXT_VERSION)).toBe(version);
    expect(text(TEXT_CIPHER)).toMatch(/AES|CHACHA/);
    expect(client.connection.text(TEXT_ALPN)).toBeNull();
    expect(client.connection.numberOf(NUMBER_VERDICT)).toBe(0);
    expect(client.connection.numberOf(NUMBER_REUSED)).toBe(0);
    expect(server.connection.text(TEXT_SERVER_NAME)?.toString()).toBe('localhost');
    const own = new X509Certificate(cert).raw;
    expect(client.connection.text(TEXT_PEER_CERTIFICATE)).toEqual(own);
    expect(server.connection.text(TEXT_OWN_CERTIFICATE)).toEqual(own);
    expect(server.connection.text(TEXT_PEER_CERTIFICATE)).toBeNull();
    expect(client.connection.text(TEXT_ISSUERS)).toBeNull();
    const keys = client.connection.exportKeys(32, 'label', null);
    expect(server.connection.exportKeys(32, 'label', null)).toEqual(keys);
    expect(server.connection.exportKeys(32, 'label', EMPTY).equals(keys)).toBe(version === 'TLSv1.3');
  });

  test.each([0, 1, 5, 1_000, 16_384, 16_385, 100_000, 1_000_000])('carries %i bytes both ways', (length) => {
    const { client, server } = pair(version);
    const bytes = Buffer.alloc(length, 'some text, and more');
    feed(server, write(client, bytes));
    feed(client, write(server, bytes));
    expect(Buffer.concat(server.received).equals(bytes)).toBe(true);
    expect(Buffer.concat(client.received).equals(bytes)).toBe(true);
  });

  test('takes bytes in pieces of any size, into room of any size', () => {
    for (const size of [1, 6, 100, 16_000, 20_000]) {
      for (const room of [7, 4_000, 30_000]) {
        if (size === 1 && room === 4_000) continue;
        const { client, server } = pair(version);
        const bytes = Buffer.alloc(18_000, 'pieces of text');
        const sent = write(client, bytes);
        const memory = Buffer.alloc(room);
        for (let at = 0; at < sent.length; at += size) feed(server, sent.subarray(at, at + size), memory);
        expect(Buffer.concat(server.received).equals(bytes)).toBe(true);
      }
    }
  });

  test('the handshake takes its bytes one by one', () => {
    const client = connect(clientContext());
    const server = accept(serverContext(version));
    const inBytes = (end: End, bytes: Buffer): Buffer =>
      Buffer.concat([...bytes].map((byte) => feed(end, Buffer.of(byte))));
    let next = feed(client, EMPTY);
    for (let round = 0; next.length > 0 && round < 10; round++) next = inBytes(client, inBytes(server, next));
    expect([client.isSecured, server.isSecured]).toEqual([true, true]);
    expect((client.flags | server.flags) & FLAG_FAILED).toBe(0);
  });

  test('each end notices the other one’s end, and reads everything before it', () => {
    const { client, server } = pair(version);
    client.connection.end();
    const end = outputOf(client);
    feed(client, write(server, Buffer.from('late')));
    expect(Buffer.concat(client.received).toString()).toBe('late');
    feed(server, end);
    expect(server.flags & FLAG_ENDED).toBe(FLAG_ENDED);
    expect(client.flags & FLAG_ENDED).toBe(0);
    server.connection.end();
    feed(client, outputOf(server));
    expect(client.flags & FLAG_ENDED).toBe(FLAG_ENDED);
    expect((client.flags | server.flags) & FLAG_FAILED).toBe(0);
  });

  test('a session is resumed', () => {
    const [here, there] = [clientContext(), serverContext(version)];
    const visit = (session: Buffer | null): End => {
      const client = connect(here, { session });
      talk(client, accept(there));
      return client;
    };
    const first = visit(null);
    expect(first.flags & FLAG_SESSION).toBe(FLAG_SESSION);
    const second = visit(first.connection.text(TEXT_SESSION));
    expect(second.connection.numberOf(NUMBER_REUSED)).toBe(1);
    expect(second.connection.numberOf(NUMBER_VERDICT)).toBe(0);
  });

  test('servers with the same ticket keys resume the sessions of each other, others do not', () => {
    const here = clientContext();
    const [one, other, stranger] = [serverContext(version), serverContext(version), serverContext(version)];
    for (const context of [one, other]) context.give(CONTEXT_TICKET_KEYS, Buffer.alloc(48, 7));
    stranger.give(CONTEXT_TICKET_KEYS, Buffer.alloc(48, 8));
    const client = connect(here);
    talk(client, accept(one));
    const session = client.connection.text(TEXT_SESSION);
    const reused = [other, stranger].map((context) => {
      const again = connect(here, { session });
      talk(again, accept(context));
      expect(again.isSecured).toBe(true);
      return again.connection.numberOf(NUMBER_REUSED);
    });
    expect(reused).toEqual([1, 0]);
  });

  const damages: Record<string, (bytes: Buffer, at: number) => Buffer> = {
    flipped: (bytes, at) =>
      Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte))),
    'cut out': (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
    doubled: (bytes, at) => Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]),
  };

  test.each(Object.entries(damages))('a byte of a record that is %s is never taken for data', (_, damage) => {
    const text = Buffer.from('what was said');
    for (let at = 0; at < text.length + 5 + 17; at++) {
      const { client, server } = pair(version);
      const answer = feed(server, damage(write(client, text), at));
      const got = Buffer.concat(server.received);
      // A doubled last byte begins the next record, which never comes.
      if (got.length > 0) expect(got.equals(text)).toBe(true);
      else if ((server.flags & FLAG_FAILED) !== 0) {
        expect(server.connection.text(TEXT_FAILURE)?.toString()).toMatch(/^error:/);
        expect(answer.length).toBeGreaterThan(0);
        expect(server.connection.feed(Buffer.from('more'), Buffer.alloc(10)) & FLAG_FAILED).toBe(FLAG_FAILED);
        expect(server.connection.write(text, 0) & FLAG_FAILED).toBe(FLAG_FAILED);
      }
    }
  });

  test.each(Object.entries(damages))(
    'a byte of a handshake that is %s ends it, or changes nothing',
    (_, damage) => {
      const shake = (
        target: number,
        way: 'to the server' | 'to the client',
      ): { total: number; ends: End[] } => {
        const client = connect(clientContext());
        const server = accept(serverContext(version));
        let total = 0;
        const pass = (bytes: Buffer, from: typeof way): Buffer => {
          if (from !== way) return bytes;
          const at = target - total;
          total += bytes.length;
          return at >= 0 && at < bytes.length ? damage(bytes, at) : bytes;
        };
        let next = feed(client, EMPTY);
        for (let round = 0; next.length > 0 && round < 10; round++) {
          next = feed(client, pass(feed(server, pass(next, 'to the server')), 'to the client'));
        }
        return { total, ends: [client, server] };
      };
      for (const way of ['to the server', 'to the client'] as const) {
        const { total } = shake(-1, way);
        const step = Math.ceil(total / runsOf(400, 60));
        for (let target = 0; target < total; target += step) {
          const { ends } = shake(target, way);
          // Where both believe that it has succeeded, they have the same keys.
          if (!ends.every(({ isSecured, flags }) => isSecured && (flags & FLAG_FAILED) === 0)) continue;
          const [client, server] = ends as [End, End];
          feed(server, write(client, Buffer.from('still the same')));
          const got = Buffer.concat(server.received).toString();
          expect(['', 'still the same']).toContain(got);
        }
      }
    },
  );
});

describe('certificates', () => {
  test('an untrusted one gives a verdict, and no failure', () => {
    const client = connect(clientContext(false));
    talk(client, accept(serverContext()));
    expect(client.isSecured).toBe(true);
    expect(client.connection.numberOf(NUMBER_VERDICT)).toBe(SELF_SIGNED);
    expect(client.connection.text(TEXT_VERDICT)?.toString()).toMatch(/^self.signed certificate$/);
  });

  test('roots are trusted by the contexts that are given them', () => {
    trustRoots(cert);
    const context = new TlsContext();
    context.set(CONTEXT_ROOTS, 0);
    const client = connect(context);
    talk(client, accept(serverContext()));
    expect(client.connection.numberOf(NUMBER_VERDICT)).toBe(0);
  });

  test('an invalid key is refused, and an encrypted one gets its passphrase', () => {
    const context = new TlsContext();
    expect(() => context.give(CONTEXT_CERTIFICATES, 'nothing')).toThrow('EINVAL');
    expect(() => context.give(CONTEXT_KEY, cert)).toThrow('EINVAL');
    expect(() => context.give(CONTEXT_AUTHORITIES, key)).toThrow('EINVAL');
    expect(() => trustRoots('nothing')).toThrow('EINVAL');
    context.give(CONTEXT_CERTIFICATES, cert);
    context.give(CONTEXT_PASSPHRASE, 'not needed');
    context.give(CONTEXT_KEY, key);
  });
});

test('a protocol is chosen that both know; without one the connection fails', () => {
  const alpn = (...names: string[]) =>
    Buffer.from(names.map((n) => String.fromCharCode(n.length) + n).join(''));
  const server = serverContext();
  server.give(CONTEXT_ALPN, alpn('one', 'two'));
  const chosen = [alpn('two', 'one'), alpn('three')].map((names) => {
    const context = clientContext();
    context.give(CONTEXT_ALPN, names);
    const client = connect(context);
    const accepted = accept(server);
    talk(client, accepted);
    return [client.isSecured, accepted.connection.text(TEXT_ALPN)?.toString()];
  });
  expect(chosen).toEqual([
    [true, 'one'],
    [false, undefined],
  ]);
});

test('a peer that speaks no TLS is a failure', () => {
  const server = accept(serverContext());
  feed(server, Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n'));
  expect(server.flags & FLAG_FAILED).toBe(FLAG_FAILED);
  expect(server.connection.text(TEXT_FAILURE)?.toString()).toMatch(/http request$/);
});

test('output that finds no room is not lost', () => {
  const small = { out: Buffer.alloc(100), state: new Int32Array(5), open: new Set<number>() };
  const options = { serverSide: true, verify: 0, serverName: null, session: null };
  const server = endOf(new TlsConnection(serverContext(), small as unknown as TlsMemory, options));
  const client = connect(clientContext());
  talk(client, server);
  expect([client.isSecured, server.isSecured]).toEqual([true, true]);
  const bytes = Buffer.alloc(100_000, 'long');
  feed(client, write(server, bytes));
  expect(Buffer.concat(client.received).equals(bytes)).toBe(true);
});

test('a closed connection has no information', () => {
  const { client } = pair();
  client.connection.close();
  client.connection.close();
  expect(client.connection.isClosed).toBe(true);
  expect(client.connection.text(TEXT_VERSION)).toBeNull();
  expect(client.connection.numberOf(NUMBER_REUSED)).toBe(-1);
  expect(() => client.connection.feed(EMPTY, EMPTY)).toThrow('EINVAL');
});

test('an invalid session is refused', () => {
  expect(() => connect(clientContext(), { session: Buffer.from('nothing') })).toThrow('EINVAL');
});

test('connections outlive their contexts, whose numbers others get', async () => {
  const { stdout, stderr, status } = await runTypeScript(
    'packages/sockets/test/fixtures/collected-contexts.ts',
    { nodeOptions: ['--expose-gc', '--no-warnings'] },
  );
  expect([stdout, stderr, status]).toEqual(['true true hello\ntrue true hello\ncollected\n', '', 0]);
});
