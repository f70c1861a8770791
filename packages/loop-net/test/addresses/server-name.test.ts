import { describe, expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { toServerName } from '../../src/addresses/server-name.js';
import { createDefaultContext, SSLContext } from '../../src/index.js';
import { certificates } from '../support/certificates.js';
import { runOn } from '../support/loops.js';
import { connectPair, recordingPair, serve } from '../support/pairs.js';
import { tlsDrivers } from '../support/tls-drivers.js';

const { ca, server } = certificates();
const label = 'a'.repeat(64);

test.each([
  ['', ''],
  ['localhost', 'localhost'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['BÜCHER.example.', 'xn--bcher-kva.example'],
  ['☃.net', 'xn--n3h.net'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['Example.COM.', 'Example.COM'],
  ['under_score.example', 'under_score.example'],
  ['127.0.0.1', '127.0.0.1'],
  ['fe80::1%lo', 'fe80::1%lo'],
])('the server name of %j is %j', (name, expected) => {
  expect(toServerName(name, 'host')).toBe(expected);
});

test.each(['.example', 'a..b', `${label}.x`, 'localhost\0.invalid', 'ü/x', 'ü%41', 'ü x', '.'])(
  '%j is no name of a server',
  (name) => {
    expect(() => toServerName(name, 'serverHostname')).toThrow(
      expect.objectContaining({ name: 'ValueError', message: expect.stringContaining('serverHostname') }),
    );
  },
);

/** The name in a ClientHello: extension 0, a list with one entry of type 0. */
function nameIndication(hello: Buffer): string {
  let at = 5 + 4 + 2 + 32;
  at += 1 + hello[at]!;
  at += 2 + hello.readUInt16BE(at);
  at += 1 + hello[at]!;
  for (at += 2; at < hello.length; at += 4 + hello.readUInt16BE(at + 2)) {
    if (hello.readUInt16BE(at) !== 0) continue;
    return hello.toString('latin1', at + 9, at + 9 + hello.readUInt16BE(at + 7));
  }
  return '';
}

describe.each(tlsDrivers)('$name: the name of a server', ({ Loop }) => {
  test.each([
    ['bücher.example', 'xn--bcher-kva.example'],
    ['example.com.', 'example.com'],
    ['127.0.0.1', ''],
  ])('%s is sent as %j', async (serverHostname, sent) => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      const upgrading = loop.startTls(transport, client, createDefaultContext(), { serverHostname });
      await accepted.received(100);
      expect(nameIndication(accepted.data)).toBe(sent);
      upgrading.cancel();
      await expect(Promise.resolve(upgrading)).rejects.toMatchObject({ name: 'CancelledError' });
    });
  });

  test('is checked in the same form', async () => {
    await runOn(Loop, async (loop) => {
      const checked: string[] = [];
      const ssl = createDefaultContext({
        ca: ca.cert,
        checkServerIdentity: (name) => {
          checked.push(name);
          return undefined;
        },
      });
      const { port } = await serve(loop, () => ({}), {
        ssl: new SSLContext({ cert: server.cert, key: server.key }),
      });
      await loop.createConnection(() => ({}), {
        host: '127.0.0.1',
        port,
        ssl,
        serverHostname: 'bücher.example',
      });
      expect(checked).toEqual(['xn--bcher-kva.example']);
    });
  });

  test('that is invalid is refused before anything is opened', async () => {
    await runOn(Loop, async (loop) => {
      const ssl = createDefaultContext();
      for (const options of [
        { host: '127.0.0.1', port: 1, ssl, serverHostname: 'localhost\0.invalid' },
        { host: 'a..b', port: 1, ssl },
      ]) {
        expect(() => loop.createConnection(() => ({}), options)).toThrow(
          expect.objectContaining({ name: 'ValueError' }),
        );
      }
    });
  });

  test('has to be given to startTls() on a connection that was made without one', async () => {
    await runOn(Loop, async (loop) => {
      const ssl = createDefaultContext({ ca: ca.cert });
      const { accepted } = await recordingPair(loop);
      expect(() => loop.startTls(accepted.transport, accepted, ssl)).toThrow(
        expect.objectContaining({ name: 'ValueError', message: expect.stringContaining('serverHostname') }),
      );
      expect(accepted.transport.isClosing()).toBe(false);
    });
  });

  test('is the host that the connection was made to, where startTls() is given none', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await connectPair(
        loop,
        () => new Recording(loop),
        () => new Recording(loop),
      );
      const ssl = createDefaultContext({ ca: ca.cert });
      const serving = loop.startTls(
        accepted.transport,
        accepted,
        new SSLContext({ cert: server.cert, key: server.key }),
        { serverSide: true },
      );
      const upgraded = await loop.startTls(transport, client, ssl);
      expect(upgraded!.getExtraInfo('sslObject')).toMatchObject({ authorized: true });
      await serving;
    });
  });
});
