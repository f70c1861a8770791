import { once } from 'node:events';
import net from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';
import tls from 'node:tls';
import { createDefaultContext } from '@bight/loop-net';
import { describe, expect, test } from '@jest/globals';
import { inLoop } from '../../../bight/test/support/in-loop.js';
import { toSocket } from '../../src/index.js';
import { type Connection, connect, dialLoop, dialNode, identity, loopClasses } from '../support/peers.js';

/** What happens to a socket, in order; pieces of data that follow each other are one. */
function record(socket: net.Socket): string[] {
  const events: string[] = [];
  const note = (name: string, what: unknown = '') => events.push(`${name} ${String(what)}`.trim());
  for (const name of ['connect', 'ready', 'secureConnect', 'end', 'finish', 'timeout'] as const)
    socket.on(name, () => note(name));
  socket.on('error', (error: NodeJS.ErrnoException) => note('error', error.code ?? error.message));
  socket.on('close', (hadError: unknown) => note('close', hadError));
  return events;
}

interface Case {
  readonly allowHalfOpen?: boolean;
  /** Not over TLS, where Node has no such thing or does it otherwise in each version. */
  readonly plainOnly?: boolean;
  readonly securedOnly?: boolean;
  /** Node's TLS takes the handle away from a socket of Node, which has no events of its own any more. */
  readonly notesOnly?: boolean;
  play(connection: Connection, notes: string[]): Promise<void>;
}

const closings = new WeakMap<net.Socket, Promise<boolean>>();
/** Waits for `'close'`, which may have been emitted before. */
const closed = (socket: net.Socket) => closings.get(socket)!;
const LARGE = Buffer.alloc(8 * 1024 * 1024, 'x');

const codeOf = (error: Error | null | undefined) =>
  (error as NodeJS.ErrnoException | null)?.code ?? error?.message;

async function readAll(socket: net.Socket): Promise<number> {
  let length = 0;
  socket.on('data', (piece: Buffer) => {
    length += piece.length;
  });
  if (!socket.readableEnded) await once(socket, 'end');
  return length;
}

const cases: Record<string, Case> = {
  'ends first, and reads what the peer still sends': {
    async play({ socket, peer }, notes) {
      const received = readAll(socket);
      socket.end('question');
      expect(await readAll(peer)).toBe(8);
      peer.end(LARGE);
      notes.push(`received ${await received}`);
      await closed(socket);
    },
  },
  'ends when the peer ends': {
    async play({ socket, peer }) {
      socket.resume();
      peer.resume();
      peer.end('answer');
      await closed(socket);
    },
  },
  'sends what is written when the peer ends': {
    async play({ socket, peer }, notes) {
      socket.resume();
      socket.write(LARGE, () => notes.push('written'));
      peer.end();
      await once(socket, 'end');
      notes.push(`peer received ${await readAll(peer)}`);
      await closed(socket);
    },
  },
  'stays open for writing with allowHalfOpen': {
    allowHalfOpen: true,
    async play({ socket, peer }, notes) {
      socket.resume();
      peer.end();
      await once(socket, 'end');
      notes.push(`${socket.readyState}`);
      socket.write('more', () => notes.push('written'));
      await once(peer, 'data');
      peer.resume();
      socket.end();
      await closed(socket);
      notes.push(`${socket.readyState}`);
    },
  },
  'is not ended by end() alone with allowHalfOpen': {
    allowHalfOpen: true,
    async play({ socket, peer }, notes) {
      socket.end();
      await once(socket, 'finish');
      peer.resume();
      notes.push(socket.readyState);
      socket.resume();
      peer.end('late');
      await closed(socket);
    },
  },
  'writes until its buffer is full, and drains': {
    async play({ socket, peer }, notes) {
      peer.pause();
      let writes = 0;
      while (socket.write(Buffer.alloc(1024 * 1024)) && writes < 100) writes++;
      notes.push(`full ${socket.writableNeedDrain} ${socket.writableLength > 0}`);
      peer.resume();
      await once(socket, 'drain');
      notes.push(`drained ${socket.writableLength}`);
      socket.end();
      peer.end();
      socket.resume();
      await closed(socket);
    },
  },
  'makes the peer wait while it is paused': {
    async play({ socket, peer }, notes) {
      socket.pause();
      let isWritten = false;
      peer.end(Buffer.alloc(24 * 1024 * 1024), () => {
        isWritten = true;
      });
      for (let turn = 0; turn < 200; turn++) await immediate();
      notes.push(`written ${isWritten}, received ${socket.readableLength > 0}`);
      peer.resume();
      socket.resume();
      notes.push(`received ${await readAll(socket)}`);
      await closed(socket);
    },
  },
  'is destroyed': {
    async play({ socket, peer }) {
      peer.resume();
      socket.destroy();
      await closed(socket);
    },
  },
  'is destroyed with an error': {
    async play({ socket, peer }) {
      peer.resume();
      socket.destroy(Object.assign(new Error('x'), { code: 'EXAMPLE' }));
      await closed(socket);
    },
  },
  'ends and is destroyed with destroySoon()': {
    async play({ socket, peer }, notes) {
      socket.write(LARGE);
      socket.destroySoon();
      notes.push(`peer received ${await readAll(peer)}`);
      await closed(socket);
      notes.push(`destroyed ${socket.destroyed}`);
    },
  },
  'is reset by the peer': {
    plainOnly: true,
    async play({ socket, peer }) {
      socket.resume();
      peer.resetAndDestroy();
      await closed(socket);
    },
  },
  'resets the peer': {
    plainOnly: true,
    async play({ socket, peer }, notes) {
      peer.resume();
      const peerClosed = closed(peer);
      socket.resetAndDestroy();
      await closed(socket);
      notes.push(`peer closed with an error: ${await peerClosed}`);
    },
  },
  'refuses to write after its end': {
    async play({ socket, peer }, notes) {
      socket.end();
      socket.write('late', (error) => notes.push(`written ${(error as NodeJS.ErrnoException)?.code}`));
      await closed(socket);
      peer.destroy();
    },
  },
  'refuses to write when it is destroyed': {
    async play({ socket, peer }, notes) {
      socket.destroy();
      socket.write('late', (error) => notes.push(`written ${(error as NodeJS.ErrnoException)?.code}`));
      await closed(socket);
      peer.destroy();
    },
  },
  'times out, again after each activity': {
    async play({ socket, peer }, notes) {
      peer.resume();
      socket.resume();
      notes.push(`timeout is ${socket.timeout}`);
      socket.setTimeout(20, () => notes.push('callback'));
      notes.push(`timeout is ${socket.timeout}`);
      await once(socket, 'timeout');
      socket.write('x');
      await once(socket, 'timeout');
      socket.setTimeout(0);
      socket.destroy();
      await closed(socket);
    },
  },
  'writes text in any encoding': {
    async play({ socket, peer }, notes) {
      socket.cork();
      socket.write('é');
      socket.write('e9', 'hex');
      socket.write(new Uint8Array([1, 2]));
      process.nextTick(() => socket.uncork());
      socket.end();
      const pieces: Buffer[] = [];
      peer.on('data', (piece: Buffer) => pieces.push(piece));
      await once(peer, 'end');
      notes.push(Buffer.concat(pieces).toString('hex'));
      peer.end();
      socket.resume();
      await closed(socket);
    },
  },
  'reads text with setEncoding()': {
    async play({ socket, peer }, notes) {
      peer.end(Buffer.from('é'));
      peer.resume();
      socket.setEncoding('utf8');
      for await (const text of socket) notes.push(`text ${text}`);
      await closed(socket);
    },
  },
  'carries TLS that is put on it, as STARTTLS does': {
    notesOnly: true,
    async play({ socket, peer }, notes) {
      const secured = new tls.TLSSocket(peer, { isServer: true, ...identity });
      secured.on('error', () => {}).pipe(secured);
      const client = tls.connect({ socket, ca: identity.cert, servername: 'localhost' });
      client.on('error', (error) => notes.push(error.message));
      client.end('through two');
      let text = '';
      for await (const piece of client) text += String(piece);
      notes.push(`${text} ${client.authorized}`);
      socket.destroy();
      await closed(socket);
    },
  },
  'accepts TLS that is put on it': {
    notesOnly: true,
    async play({ socket, peer }, notes) {
      const secured = new tls.TLSSocket(socket, { isServer: true, ...identity });
      secured.on('error', () => {}).pipe(secured);
      const client = tls.connect({ socket: peer, ca: identity.cert, servername: 'localhost' });
      client.end('through two');
      let text = '';
      for await (const piece of client) text += String(piece);
      notes.push(text);
      socket.destroy();
      await closed(socket);
    },
  },
  'counts its bytes': {
    async play({ socket, peer }, notes) {
      peer.end('12345');
      peer.resume();
      socket.resume();
      socket.write('123');
      socket.end('4567');
      await closed(socket);
      notes.push(`${socket.bytesRead} ${socket.bytesWritten}`);
    },
  },
  'keeps what is corked, and sends it as one': {
    async play({ socket, peer }, notes) {
      socket.cork();
      socket.write('1', () => notes.push('first'));
      socket.write('2', () => notes.push('second'));
      notes.push(`${socket.writableCorked} ${socket.writableLength} ${socket.bytesWritten}`);
      socket.uncork();
      socket.end('3', () => notes.push('ended'));
      socket.resume();
      const pieces: Buffer[] = [];
      for await (const piece of peer) pieces.push(piece as Buffer);
      notes.push(`peer received ${Buffer.concat(pieces)}`);
      peer.end();
      await closed(socket);
    },
  },
  'is read by an iterator, and destroyed when that is left': {
    async play({ socket, peer }, notes) {
      peer.write('piece');
      for await (const piece of socket) {
        notes.push(`${piece}`);
        break;
      }
      await closed(socket);
      notes.push(`${socket.destroyed} ${socket.readableAborted} ${socket.errored}`);
    },
  },
  'is destroyed while it is written to': {
    async play({ socket, peer }, notes) {
      peer.pause();
      socket.on('error', () => {});
      for (let i = 0; i < 8; i++) socket.write(LARGE, (error) => i === 7 && notes.push(`${codeOf(error)}`));
      socket.destroy(new Error('mine'));
      await closed(socket);
      notes.push(`${socket.errored?.message} ${socket.writable} ${socket.readable}`);
    },
  },
  'shows what TLS has negotiated': {
    securedOnly: true,
    async play({ socket, peer }, notes) {
      const secured = socket as tls.TLSSocket;
      const other = peer as tls.TLSSocket;
      notes.push(`${secured.encrypted} ${secured.authorized} ${secured.authorizationError}`);
      notes.push(`${secured.getProtocol()} ${JSON.stringify(secured.getCipher())}`);
      notes.push(`${secured.alpnProtocol} ${secured.isSessionReused()}`);
      notes.push(`${JSON.stringify(secured.getPeerCertificate().subject)}`);
      notes.push(`${secured.getPeerX509Certificate()?.subject} ${secured.getX509Certificate()}`);
      notes.push(`${JSON.stringify(secured.getEphemeralKeyInfo())}`);
      const [ours, theirs] = [secured, other].map((end) =>
        end.exportKeyingMaterial(16, 'label', Buffer.of(1)),
      );
      notes.push(`${ours!.equals(theirs!)}`);
      notes.push(`${secured.getFinished()?.equals(other.getPeerFinished()!)}`);
      notes.push(`${secured.setMaxSendFragment(1024)}`);
      socket.resume();
      peer.resume();
      socket.end('rest');
      await once(peer, 'end');
      peer.end();
      await closed(socket);
    },
  },
  'shows its addresses and classes': {
    async play({ socket, peer }, notes) {
      const { localPort, remotePort } = socket;
      notes.push(`${localPort === peer.remotePort} ${remotePort === peer.localPort}`);
      notes.push(
        `${socket.localAddress} ${socket.remoteAddress} ${socket.localFamily} ${socket.remoteFamily}`,
      );
      const { port, ...rest } = socket.address() as net.AddressInfo;
      notes.push(`${port === localPort} ${JSON.stringify(rest)}`);
      notes.push(`${socket.connecting} ${socket.pending} ${socket.readyState} ${socket.allowHalfOpen}`);
      notes.push(`${socket instanceof net.Socket} ${socket instanceof tls.TLSSocket}`);
      notes.push(
        `${socket.constructor.name} ${socket.writableHighWaterMark} ${socket.readableHighWaterMark}`,
      );
      for (const name of ['setNoDelay', 'setKeepAlive', 'ref', 'unref'] as const)
        notes.push(`${name} ${socket[name]() === socket}`);
      socket.setKeepAlive(true, 5000);
      socket.setKeepAlive(false);
      socket.setNoDelay(false);
      for (const wrong of [-1, Number.NaN, '1' as never])
        try {
          socket.setTimeout(wrong);
        } catch (error) {
          notes.push(`${(error as NodeJS.ErrnoException).code}`);
        }
      socket.destroy();
      await closed(socket);
      notes.push(`${socket.connecting} ${socket.pending} ${socket.readyState}`);
      peer.destroy();
    },
  },
};

async function playOn(connection: Connection, { play, notesOnly = false }: Case): Promise<string[]> {
  const events = record(connection.socket);
  const notes: string[] = [];
  for (const socket of [connection.socket, connection.peer])
    closings.set(socket, new Promise((resolve) => socket.once('close', resolve)));
  await play(connection, notes);
  await immediate();
  connection.peer.destroy();
  return notesOnly ? notes : [...events, ...notes];
}

describe.each([
  ['TCP', false],
  ['TLS', true],
] as const)('over %s, as with Node', (_, isSecured) => {
  const chosen = Object.entries(cases).filter(([, item]) => !(isSecured ? item.plainOnly : item.securedOnly));
  describe.each(loopClasses)('on the $name loop', ({ Loop }) => {
    test.each(chosen)('a socket %s', async (_title, item) => {
      const { allowHalfOpen = false } = item;
      const expected = await playOn(await connect(isSecured, dialNode(isSecured, allowHalfOpen)), item);
      const ssl = isSecured ? createDefaultContext({ ca: identity.cert }) : undefined;
      const actual = await inLoop(async (loop) => {
        const dial = async (port: number) => toSocket(await dialLoop(loop, port, ssl), { allowHalfOpen });
        return playOn(await connect(isSecured, dial), item);
      }, Loop);
      expect(actual).toEqual(expected);
    });
  });
});
