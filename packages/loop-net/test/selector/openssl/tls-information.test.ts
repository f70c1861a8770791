import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../../test/support/recording.js';
import { SelectorEventLoop, SSLContext } from '../../../src/index.js';
import { certificates } from '../../support/certificates.js';
import { type NetLoopClass, runOn } from '../../support/loops.js';
import { serve } from '../../support/pairs.js';
import { withNativeTls } from '../../support/tls-drivers.js';

const { ca, server, client } = certificates();
const Native = withNativeTls(SelectorEventLoop);
const OfNode = withNativeTls(SelectorEventLoop, false);
const versions = ['TLSv1.2', 'TLSv1.3'] as const;

/** What both ends of a connection answer, and what must be alike on both. */
async function answers(Loop: NetLoopClass, version: (typeof versions)[number]) {
  return await runOn(Loop, async (loop) => {
    const only = { minVersion: version, maxVersion: version, alpnProtocols: ['one'], ca: ca.cert };
    const accepted = new Echo(loop);
    const ssl = new SSLContext({ ...only, cert: server.cert, key: server.key, requestCert: true });
    const { port } = await serve(loop, () => accepted, { ssl });
    const [transport, protocol] = await loop.createConnection(() => new Recording(loop), {
      host: '127.0.0.1',
      port,
      ssl: new SSLContext({ ...only, cert: client.cert, key: client.key }),
      serverHostname: 'localhost',
    });
    transport.write(Buffer.from('hello'));
    await protocol.received(5);
    const ends = [transport, accepted.transport].map(
      (end) => end.getExtraInfo('sslObject') as unknown as TLSSocket & { servername: string | false },
    );
    const [here, there] = ends as [TLSSocket, TLSSocket];
    expect(here.getFinished()).toEqual(there.getPeerFinished());
    expect(here.getPeerFinished()).toEqual(there.getFinished());
    const keys = here.exportKeyingMaterial(40, 'a label', Buffer.from('a context'));
    expect(there.exportKeyingMaterial(40, 'a label', Buffer.from('a context'))).toEqual(keys);
    expect(here.getSession()!.length).toBeGreaterThan(50);
    expect(here.getTLSTicket()!.length).toBeGreaterThan(50);
    return ends.map((end) => ({
      authorized: end.authorized,
      authorizationError: end.authorizationError,
      alpnProtocol: end.alpnProtocol,
      servername: end.servername,
      encrypted: end.encrypted,
      reused: end.isSessionReused(),
      protocol: end.getProtocol(),
      cipher: end.getCipher(),
      peer: end.getPeerCertificate(),
      detailed: end.getPeerCertificate(true),
      own: end.getCertificate(),
      ephemeral: end.getEphemeralKeyInfo(),
      signatures: end.getSharedSigalgs(),
      fragments: [end.setMaxSendFragment(1024), end.setMaxSendFragment(5), end.setMaxSendFragment(1 << 20)],
      x509: [end.getPeerX509Certificate()?.fingerprint256, end.getX509Certificate()?.fingerprint256],
      information: [transport.getExtraInfo('cipher'), transport.getExtraInfo('peercert')],
    }));
  });
}

describe.each(versions)('%s', (version) => {
  test('both ends answer as a TLSSocket does', async () => {
    const ours = await answers(Native, version);
    expect(ours).toEqual(await answers(OfNode, version));
    expect(ours[0]!.peer).toMatchObject({ subject: { CN: 'localhost' } });
  });
});

test('the object is no TLSSocket, reports sessions, and refuses to renegotiate', async () => {
  await runOn(Native, async (loop) => {
    const ssl = new SSLContext({ cert: server.cert, key: server.key });
    const { port } = await serve(loop, () => new Echo(loop), { ssl });
    const sessions: Buffer[] = [];
    class Client extends Recording {
      override connectionMade(transport: never): void {
        super.connectionMade(transport);
        const found = this.transport.getExtraInfo('sslObject') as unknown as TLSSocket;
        found.on('session', (session) => sessions.push(session));
      }
    }
    const [transport, protocol] = await loop.createConnection(() => new Client(loop), {
      host: '127.0.0.1',
      port,
      ssl: new SSLContext({ ca: ca.cert }),
    });
    transport.write(Buffer.from('x'));
    await protocol.received(1);
    const found = transport.getExtraInfo('sslObject') as unknown as TLSSocket;
    expect(found.constructor.name).toBe('TlsInformation');
    const refused = await new Promise((resolve) => found.renegotiate({}, resolve));
    expect(refused).toMatchObject({ message: 'renegotiation is refused' });
    expect(() => found.disableRenegotiation()).not.toThrow();
    transport.close();
    await protocol.event('lost');
    expect(found.getProtocol()).toBeNull();
    expect(found.getSession()).toBeUndefined();
    expect(found.getPeerCertificate()).toMatchObject({ subject: { CN: 'localhost' } });
  });
});
