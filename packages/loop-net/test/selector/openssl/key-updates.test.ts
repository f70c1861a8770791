import { createCipheriv, createHmac } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { wrapFuture } from '@bight/loop-core';
import { SO_SNDBUF, SOL_SOCKET, type Socket } from '@bight/sockets';
import { expect, test } from '@jest/globals';
import { Recording } from '../../../../../test/support/recording.js';
import { SelectorEventLoop, SSLContext } from '../../../src/index.js';
import { certificates } from '../../support/certificates.js';
import { runOn } from '../../support/loops.js';
import { serve } from '../../support/pairs.js';
import { withNativeTls } from '../../support/tls-drivers.js';

const { ca, server } = certificates();
const Native = withNativeTls(SelectorEventLoop);
const serving = new SSLContext({ cert: server.cert, key: server.key });

const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
/** A KeyUpdate that asks for one of the other end (RFC 8446, section 4.6.3). */
const KEY_UPDATE = Buffer.of(24, 0, 0, 1, 1);

/** HKDF-Expand-Label of TLS 1.3, for as much as one block. */
function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0, 1)]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/** The first record under a secret. */
function record(secret: Buffer, type: number, content: Buffer): Buffer {
  const plain = Buffer.concat([content, Buffer.of(type)]);
  const header = Buffer.of(APPLICATION_DATA, 3, 3, 0, plain.length + 16);
  const cipher = createCipheriv('aes-128-gcm', expandLabel(secret, 'key', 16), expandLabel(secret, 'iv', 12));
  cipher.setAAD(header);
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** This many KeyUpdates, and `hello` behind them. */
function updatesAndHello(secret: Buffer, count: number): Buffer {
  const records: Buffer[] = [];
  let current = secret;
  for (let i = 0; i < count; i++) {
    records.push(record(current, HANDSHAKE, KEY_UPDATE));
    current = expandLabel(current, 'traffic upd', 32);
  }
  return Buffer.concat([...records, record(current, APPLICATION_DATA, Buffer.from('hello'))]);
}

/** A client of Node whose bytes, and the secret of what it sends, the test controls. */
async function connectByHand(port: number) {
  const wire = net.connect(port, '127.0.0.1');
  const between = new Duplex({ read() {}, write: (bytes, _, done) => void wire.write(bytes, done) });
  wire.on('data', (bytes) => between.push(bytes)).on('error', () => {});
  const secured = tls.connect({
    socket: between,
    ca: ca.cert,
    servername: 'localhost',
    ciphers: 'TLS_AES_128_GCM_SHA256',
    minVersion: 'TLSv1.3',
  });
  let secret = Buffer.alloc(0);
  secured.on('keylog', (line: Buffer) => {
    const [label, , hex] = line.toString().trim().split(' ');
    if (label === 'CLIENT_TRAFFIC_SECRET_0') secret = Buffer.from(hex!, 'hex');
  });
  secured.on('error', () => {});
  await wrapFuture(once(secured, 'secureConnect'));
  return { wire, secured, secret };
}

test('a peer that reads may have the keys updated a thousand times', async () => {
  await runOn(Native, async (loop) => {
    const accepted = new Recording(loop);
    const { port } = await serve(loop, () => accepted, { ssl: serving });
    const { wire, secured, secret } = await connectByHand(port);
    wire.write(updatesAndHello(secret, 1_000));
    await accepted.received(5);
    expect(accepted.text).toBe('hello');
    const answered = once(secured, 'data');
    accepted.transport.write(Buffer.from('under the newest keys'));
    expect(String((await wrapFuture(answered))[0])).toBe('under the newest keys');
    wire.destroy();
    await accepted.event('lost');
  });
});

test('a peer that asks for new keys endlessly, and reads nothing, loses the connection', async () => {
  await runOn(Native, async (loop) => {
    const accepted = new Recording(loop);
    const { port } = await serve(loop, () => accepted, { ssl: serving, sslShutdownTimeout: 1 });
    const { wire, secret } = await connectByHand(port);
    await accepted.event('made');
    const socket = accepted.transport.getExtraInfo('socket') as Socket;
    socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
    wire.pause();
    wire.end(updatesAndHello(secret, 16_000));
    await accepted.event('lost');
    expect(accepted.lost).toMatchObject({ code: 'ERR_SSL_TOO_MANY_KEY_UPDATES' });
    wire.destroy();
  });
});
