import { describe, expect, test } from '@jest/globals';
import { Echo, Recording } from '../../../../test/support/recording.js';
import { drivers, runOn } from '../support/loops.js';
import { connectPair, recordingPair, serve } from '../support/pairs.js';
import { aWhile } from '../support/turns.js';

describe.each(drivers)('$name: the life of a connection', ({ Loop }) => {
  test('an echo server sends back what it gets', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await connectPair(
        loop,
        () => new Recording(loop),
        () => new Echo(loop),
      );
      transport.write(Buffer.from('hello'));
      await client.received(5);
      expect(client.text).toBe('hello');
    });
  });

  test('both ends see connectionMade, data, end and connectionLost once and in order', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      transport.write(Buffer.from('x'));
      await accepted.received(1);
      transport.close();
      await accepted.event('lost');
      expect(client.events).toEqual(['made', 'lost']);
      expect(accepted.events).toEqual(['made', 'data', 'eof', 'lost']);
    });
  });

  test('a program that connects to itself sees the order of asyncio', async () => {
    await runOn(Loop, async (loop) => {
      const events: string[] = [];
      const note = (name: string) => {
        events.push(`${name} factory`);
        return {
          connectionMade: () => events.push(`${name} made`),
          connectionLost: () => events.push(`${name} lost`),
        };
      };
      const { host, port } = await serve(loop, () => note('server'));
      const [transport] = await loop.createConnection(() => note('client'), { host, port });
      events.push('connected');
      transport.close();
      expect(events).toEqual(['server factory', 'client factory', 'server made', 'client made', 'connected']);
    });
  });

  test('close sends what was written, abort does not wait for it', async () => {
    await runOn(Loop, async (loop) => {
      const size = 8 * 1024 * 1024;
      const first = await recordingPair(loop);
      first.transport.write(Buffer.alloc(size, 1));
      first.transport.close();
      expect(first.client.events).not.toContain('lost');
      await first.accepted.event('lost');
      expect(first.accepted.data.length).toBe(size);
      expect(first.client.events.at(-1)).toBe('lost');

      const second = await recordingPair(loop);
      second.accepted.transport.pauseReading();
      second.transport.write(Buffer.alloc(size, 1));
      second.transport.abort();
      expect(second.transport.getWriteBufferSize()).toBe(0);
      await second.client.event('lost');
      expect(second.client.lost).toBeNull();
      second.accepted.transport.resumeReading();
      await second.accepted.event('lost');
      expect(second.accepted.data.length).toBeLessThan(size);
    });
  });

  test('connectionLost is never called from within close or abort, and never twice', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await recordingPair(loop);
      transport.close();
      transport.close();
      transport.abort();
      expect(client.events).toEqual(['made']);
      expect(transport.isClosing()).toBe(true);
      await client.event('lost');
      transport.abort();
      transport.close();
      const turn = loop.createFuture<void>();
      loop.callSoon(() => loop.callSoon(() => turn.setResult(undefined)));
      await turn;
      expect(client.events).toEqual(['made', 'lost']);
    });
  });

  test('abort after a close whose bytes have all been sent changes nothing', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      accepted.transport.pauseReading();
      transport.write(Buffer.alloc(5_000_000));
      transport.close();
      accepted.transport.resumeReading();
      await client.event('lost');
      transport.abort();
      await accepted.event('lost');
      transport.abort();
      expect(client.events.filter((event) => event.startsWith('lost'))).toEqual(['lost']);
      expect(accepted.data.length).toBe(5_000_000);
    });
  });

  test('a reset by the other end is connectionLost with its error', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      // Closing a socket with unread bytes resets the connection.
      accepted.transport.pauseReading();
      transport.write(Buffer.alloc(1000));
      await aWhile(loop);
      accepted.transport.abort();
      await client.event('lost');
      expect((client.lost as NodeJS.ErrnoException).code).toBe('ECONNRESET');
      expect(client.events).toEqual(['made', 'lost ECONNRESET']);
    });
  });

  test('half-close: writeEof ends one direction, a protocol that returns true keeps the other', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      accepted.keepsOpen = true;
      expect(transport.canWriteEof()).toBe(true);
      transport.write(Buffer.from('request'));
      transport.writeEof();
      transport.writeEof();
      expect(() => transport.write(Buffer.from('more'))).toThrow('Cannot call write() after writeEof()');
      await accepted.event('eof');
      expect(accepted.text).toBe('request');
      const reply = Buffer.alloc(1024 * 1024, 'r');
      accepted.transport.write(reply);
      accepted.transport.close();
      await client.event('lost');
      expect(client.data.equals(reply)).toBe(true);
      expect(client.events.filter((event) => event !== 'data')).toEqual(['made', 'eof', 'lost']);
    });
  });

  test('writing to a closed connection is ignored', async () => {
    await runOn(Loop, async (loop) => {
      const { client, transport } = await recordingPair(loop);
      transport.close();
      transport.write(Buffer.from('too late'));
      transport.writelines([Buffer.from('too late')]);
      await client.event('lost');
      transport.write(Buffer.from('too late'));
      expect(client.events).toEqual(['made', 'lost']);
    });
  });

  test.each([
    ['a string', 'text'],
    ['null', null],
    ['a number', 5],
    ['an ArrayBuffer', new ArrayBuffer(3)],
  ])('write refuses %s', async (_, data) => {
    await runOn(Loop, async (loop) => {
      const { transport } = await recordingPair(loop);
      expect(() => transport.write(data as never)).toThrow(TypeError);
      expect(() => transport.writelines([data as never])).toThrow(TypeError);
    });
  });

  test('every kind of bytes can be written, and its memory used again at once', async () => {
    await runOn(Loop, async (loop) => {
      const { accepted, transport } = await recordingPair(loop);
      accepted.transport.pauseReading();
      const memory = Buffer.alloc(6 * 1024 * 1024, 'a');
      transport.write(memory);
      expect(transport.getWriteBufferSize()).toBeGreaterThan(0);
      memory.fill('b');
      const small = new Uint16Array([0x6363]);
      transport.write(small);
      small.fill(0);
      transport.write(new DataView(new Uint8Array([0x64]).buffer));
      transport.writelines([Buffer.from('e'), new Uint8Array([0x66])]);
      accepted.transport.resumeReading();
      await accepted.received(memory.length + 5);
      const { text } = accepted;
      expect(text.slice(memory.length)).toBe('ccdef');
      expect(/^a+$/.test(text.slice(0, memory.length))).toBe(true);
    });
  });

  test('extra info: addresses and the socket', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport, server } = await recordingPair(loop);
      const serverName = server.sockets[0]!.getsockname();
      expect(transport.getExtraInfo('peername')).toEqual(serverName);
      expect(accepted.transport.getExtraInfo('peername')).toEqual(transport.getExtraInfo('sockname'));
      expect(serverName).toEqual({ host: '127.0.0.1', port: serverName.port, family: 2 });
      const socket = transport.getExtraInfo('socket')!;
      expect(socket.family).toBe(2);
      expect(socket.type).toBe(1);
      expect(socket.proto).toBe(6);
      expect(socket.fileno()).toBeGreaterThan(2);
      expect(socket.getsockopt(6, 1)).not.toBe(0);
      expect(socket.getpeername()).toEqual(serverName);
      expect(transport.getExtraInfo('cipher')).toBeNull();
      expect(transport.getExtraInfo('nonsense', 5)).toBe(5);
      transport.close();
      await client.event('lost');
      expect(transport.getExtraInfo('peername')).toEqual(serverName);
      expect(socket.fileno()).toBe(-1);
    });
  });

  test('setProtocol changes the called protocol in the middle of a stream', async () => {
    await runOn(Loop, async (loop) => {
      const { client, accepted, transport } = await recordingPair(loop);
      accepted.transport.write(Buffer.from('one'));
      await client.received(3);
      const second = new Recording(loop);
      transport.setProtocol(second);
      expect(transport.getProtocol()).toBe(second);
      accepted.transport.write(Buffer.from('two'));
      accepted.transport.close();
      await second.event('lost');
      expect(client.events).toEqual(['made', 'data']);
      expect(second.events).toEqual(['data', 'eof', 'lost']);
      expect(second.text).toBe('two');
    });
  });

  test('an empty protocol object is a protocol', async () => {
    await runOn(Loop, async (loop) => {
      const { host, port } = await serve(loop, () => ({}));
      const [transport] = await loop.createConnection(() => ({}), { host, port });
      transport.write(Buffer.from('into the void'));
      transport.close();
    });
  });
});
