import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BufferedProtocol, type Constructor, type NetLoop } from '@bight/loop-abstract';
import { CoreEventLoop, wrapFuture } from '@bight/loop-core';
import {
  AF_UNIX,
  fromFd,
  IPPROTO_TCP,
  SO_RCVBUF,
  SO_REUSEADDR,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
  socketpair,
  TCP_NODELAY,
} from '@bight/sockets';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { countDescriptors } from '../../../../test/support/system.js';
import { withNet } from '../../src/index.js';
import { DatagramRecording } from '../support/datagrams.js';
import { drivers, runOn } from '../support/loops.js';
import { recordingPair, serve } from '../support/pairs.js';
import { aWhile, turns } from '../support/turns.js';

const selectors = drivers.filter(({ name }) => name !== 'proactor');
const bytes = (text: string) => Buffer.from(text);
const directory = mkdtempSync(path.join(tmpdir(), 'bight-selector-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('withNet() adds the network of the selector where that is available', async () => {
  const Loop: typeof CoreEventLoop & Constructor<NetLoop> = withNet(CoreEventLoop);
  await runOn(Loop, async (loop) => {
    const options = { family: AF_UNIX, localAddr: `\0bight-with-net-${process.pid}` };
    const [transport] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), options);
    transport.close();
  });
});

describe.each(selectors)('$name: Unix datagrams', ({ Loop }) => {
  test('go back and forth between paths, and between abstract names', async () => {
    await runOn(Loop, async (loop) => {
      const names = [
        path.join(directory, 'one'),
        path.join(directory, 'two'),
        ...['one', 'two'].map((name) => `\0bight-${name}-${process.pid}`),
      ];
      for (const [mine, other] of [names.slice(0, 2), names.slice(2)] as [string, string][]) {
        const endpoint = async (localAddr: string) => {
          const made = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
            family: AF_UNIX,
            localAddr,
          });
          return made[1];
        };
        const [one, two] = [await endpoint(mine), await endpoint(other)];
        one.transport.sendto(bytes('question'), other);
        await two.received(1);
        expect(two.datagrams).toEqual([{ data: bytes('question'), from: mine }]);
        two.transport.sendto(bytes('answer'), two.datagrams[0]!.from);
        await one.received(1);
        expect(one.texts).toEqual(['answer']);
        one.transport.close();
        two.transport.close();
      }
    });
  });

  test('wait when the receiver has no room, and come in order', async () => {
    await runOn(Loop, async (loop) => {
      const name = `\0bight-full-${process.pid}`;
      const [, receiver] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
        family: AF_UNIX,
        localAddr: name,
      });
      const [transport, sender] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), {
        family: AF_UNIX,
        remoteAddr: name,
      });
      transport.setWriteBufferLimits({ high: 1000 });
      const sent = [...Array(400)].map((_, index) => `${index} `.padEnd(500, '.'));
      for (const text of sent) transport.sendto(bytes(text));
      expect(transport.getWriteBufferSize()).toBeGreaterThan(1000);
      await receiver.received(sent.length);
      expect(receiver.texts).toEqual(sent);
      expect(sender.events).toEqual(['made', 'pause', 'resume']);
      expect(transport.getWriteBufferSize()).toBe(0);
      receiver.transport.close();
      transport.close();
    });
  });
});

describe.each(selectors)('$name: sockets that were made by hand', ({ Loop }) => {
  test('serve, connect and exchange datagrams, belong to the transport, and are closed with it', async () => {
    await runOn(Loop, async (loop) => {
      const before = countDescriptors('socket');
      const listening = new Socket();
      listening.bind({ host: '127.0.0.1', port: 0 });
      const server = await loop.createServer(() => new Echo(loop), { sock: listening });
      const { host, port } = listening.getsockname();
      expect(server.sockets[0]!.getsockname()).toEqual({ host, port, family: 2 });

      const connected = new Socket();
      connected.setblocking(true);
      connected.connect({ host, port });
      const [transport, client] = await loop.createConnection(() => new Recording(loop), { sock: connected });
      transport.write(bytes('hello'));
      await client.received(5);
      transport.close();
      await client.event('lost');
      expect(connected.fileno()).toBe(-1);
      server.close();
      await server.waitClosed();
      expect(listening.fileno()).toBe(-1);

      const [a, b] = socketpair({ family: AF_UNIX, type: SOCK_DGRAM });
      const [, one] = await loop.createDatagramEndpoint(() => new DatagramRecording(loop), { sock: a });
      b.send(bytes('datagram'));
      await one.received(1);
      expect(one.texts).toEqual(['datagram']);
      one.transport.close();
      b.close();
      await turns(loop, 3);
      expect(countDescriptors('socket')).toBe(before);
    });
  });

  test('a connection of node:net is taken over with what had come through it', async () => {
    await runOn(Loop, async (loop) => {
      const { host, port } = await serve(loop, () => new Echo(loop));
      const from = net.connect(port, host);
      from.write('early');
      await wrapFuture(new Promise<void>((resolve) => from.once('readable', resolve)));
      const [transport, client] = await loop.createConnection(() => new Recording(loop), { sock: from });
      transport.write(bytes(' late'));
      await client.received(10);
      expect(client.text).toBe('early late');
      transport.close();
    });
  });

  test('a descriptor that another socket has, too, is served through a duplicate', async () => {
    await runOn(Loop, async (loop) => {
      const [a, b] = socketpair();
      const [transport, client] = await loop.connectAcceptedSocket(() => new Recording(loop), fromFd(a));
      b.sendall(bytes('x'));
      await client.received(1);
      transport.abort();
      await client.event('lost');
      expect(a.fileno()).toBeGreaterThanOrEqual(0);
      a.close();
      b.close();
    });
  });

  test('another kind of socket is refused', async () => {
    await runOn(Loop, async (loop) => {
      const refused = async (method: () => PromiseLike<unknown>, message: RegExp) =>
        expect(Promise.resolve(method())).rejects.toThrow(message);
      using datagrams = new Socket({ type: SOCK_DGRAM });
      using unconnected = new Socket();
      await refused(
        () => loop.createConnection(() => ({}), { sock: {} as never }),
        /sock must be a connected/,
      );
      await refused(
        () => loop.createConnection(() => ({}), { sock: datagrams }),
        /A Stream Socket was expected/,
      );
      await refused(() => loop.createConnection(() => ({}), { sock: unconnected }), /ENOTCONN/);
      await refused(() => loop.createServer(() => ({}), { sock: datagrams }), /A Stream Socket was expected/);
      await refused(
        () => loop.createDatagramEndpoint(() => ({}), { sock: unconnected }),
        /A UDP Socket was expected/,
      );
    });
  });
});

describe.each(selectors)('$name: writing', ({ Loop }) => {
  test('what is written in one turn goes out together, and is not counted as waiting', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport, accepted } = await recordingPair(loop);
      for (let index = 0; index < 10; index++) transport.write(bytes(`${index}`));
      expect(transport.getWriteBufferSize()).toBe(0);
      await accepted.received(10);
      expect(client.events).toEqual(['made']);
      accepted.transport.write(bytes('one'));
      accepted.transport.write(bytes('two'));
      await client.received(6);
      expect(client.chunks.map(String)).toEqual(['onetwo']);
    });
  });

  test('a high-water mark of 0 pauses only for what the system did not take', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport, accepted } = await recordingPair(loop);
      accepted.transport.pauseReading();
      transport.setWriteBufferLimits({ high: 0 });
      transport.write(bytes('small'));
      expect(client.events).toEqual(['made']);
      transport.write(Buffer.alloc(16 * 1024 * 1024));
      expect(client.events).toEqual(['made', 'pause']);
      accepted.transport.resumeReading();
      await client.event('resume');
      expect(transport.getWriteBufferSize()).toBe(0);
    });
  });

  test('keeps the order of pieces that find no room in the queue', async () => {
    await runOn(Loop, async (loop) => {
      const { transport, accepted } = await recordingPair(loop);
      accepted.transport.pauseReading();
      const pieces = [...Array(3000)].map((_, index) =>
        Buffer.alloc(1 + ((index * 37) % 9000), String(index)),
      );
      for (const piece of pieces) transport.write(piece);
      accepted.transport.resumeReading();
      const whole = Buffer.concat(pieces);
      await accepted.received(whole.length);
      expect(accepted.data.equals(whole)).toBe(true);
    });
  });

  test('fails once when the other end has reset the connection', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport, accepted } = await recordingPair(loop);
      transport.pauseReading();
      client.transport.write(bytes('unread'));
      await accepted.received(6);
      client.transport.write(bytes('unread by the time of the abort'));
      accepted.transport.abort();
      await accepted.event('lost');
      while (client.lost === undefined) {
        transport.write(bytes('more'));
        await aWhile(loop, 0.001);
      }
      expect(client.events.filter((event) => event.startsWith('lost'))).toHaveLength(1);
      expect(client.lost).toMatchObject({ code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) });
    });
  });
});

describe.each(selectors)('$name: a socket as extra info', ({ Loop }) => {
  test('has all options of the system, and knows its addresses after the end', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport, accepted } = await recordingPair(loop);
      const socket = transport.getExtraInfo('socket')!;
      expect(socket.getsockopt(IPPROTO_TCP, TCP_NODELAY)).not.toBe(0);
      socket.setsockopt(SOL_SOCKET, SO_RCVBUF, 65536);
      expect(socket.getsockopt(SOL_SOCKET, SO_RCVBUF)).toBeGreaterThanOrEqual(65536);
      expect(socket.getsockopt(SOL_SOCKET, SO_REUSEADDR)).toBe(0);
      expect('recv' in socket).toBe(false);
      expect(accepted.transport.getExtraInfo('peername')).toEqual(transport.getExtraInfo('sockname'));
      const names = [transport.getExtraInfo('sockname'), transport.getExtraInfo('peername')];
      transport.close();
      await client.event('lost');
      await accepted.event('lost');
      expect([transport.getExtraInfo('sockname'), transport.getExtraInfo('peername')]).toEqual(names);
      expect(accepted.transport.getExtraInfo('sockname')).toEqual(names[1]);
      expect(socket.fileno()).toBe(-1);
    });
  });
});

describe.each(selectors)('$name: sendfile(2)', ({ Loop }) => {
  const file = path.join(directory, 'file');
  const content = Buffer.alloc(3_000_000, 'a file that is longer than any buffer ');
  writeFileSync(file, content);

  test('sends a part, needs no fallback, and leaves the position behind it', async () => {
    await runOn(Loop, async (loop) => {
      const { transport, accepted } = await recordingPair(loop);
      const handle = await wrapFuture(open(file));
      const sent = await loop.sendfile(transport, handle, { offset: 5, count: 2_000_000, fallback: false });
      expect(sent).toBe(2_000_000);
      await accepted.received(sent);
      expect(accepted.data.equals(content.subarray(5, 2_000_005))).toBe(true);
      const next = await wrapFuture(handle.read(Buffer.alloc(10), 0, 10, null));
      expect(next.buffer).toEqual(content.subarray(2_000_005, 2_000_015));
      expect(await loop.sendfile(transport, handle, { offset: content.length })).toBe(0);
      await wrapFuture(handle.close());
    });
  });

  test('says how much was sent when the connection breaks in the middle, and moves the position so far', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport, accepted } = await recordingPair(loop);
      accepted.transport.pauseReading();
      const huge = path.join(directory, 'huge');
      writeFileSync(huge, '');
      const handle = await wrapFuture(open(huge, 'r+'));
      await wrapFuture(handle.truncate(1 << 30));
      const sending = loop.sendfile(transport, handle);
      await turns(loop, 5);
      accepted.transport.abort();
      const error = await Promise.resolve(sending).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) });
      const { bytesSent } = error as { bytesSent: number };
      expect(bytesSent).toBeGreaterThan(0);
      await wrapFuture(handle.write(Buffer.from('here'), 0, 4, null));
      const { buffer } = await wrapFuture(handle.read(Buffer.alloc(4), 0, 4, bytesSent));
      expect(String(buffer)).toBe('here');
      await wrapFuture(handle.close());
      await client.event('lost');
    });
  });
});

test('a buffered protocol receives into its own memory', async () => {
  class Own extends BufferedProtocol {
    readonly memory = Buffer.alloc(5);
    readonly seen: string[] = [];
    override getBuffer(): Buffer {
      return this.memory;
    }
    override bufferUpdated(length: number): void {
      this.seen.push(this.memory.toString('latin1', 0, length));
    }
  }
  await runOn(selectors[0]!.Loop, async (loop) => {
    const own = new Own();
    const [a, b] = socketpair();
    const [transport] = await loop.connectAcceptedSocket(() => own, a);
    b.sendall(bytes('twelve bytes'));
    while (own.seen.length < 3) await aWhile(loop, 0.001);
    expect(own.seen).toEqual(['twelv', 'e byt', 'es']);
    transport.abort();
    b.close();
  });
});
