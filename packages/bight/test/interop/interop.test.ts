import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { POISON } from '@bight/loop-core/low-level';
import { describe, expect, test } from '@jest/globals';
import {
  BufferOverflowError,
  bindEmitter,
  ContextVar,
  createTask,
  currentTask,
  fromStream,
  getRunningLoop,
  openConnection,
  readFrom,
  StreamReader,
  type StreamWriter,
  sleep,
  startServer,
  toDuplex,
  ValueError,
  wait,
} from 'bight';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

/** A server at a free port of the loopback interface. */
async function serving(serve: (reader: StreamReader, writer: StreamWriter) => Promise<void>) {
  const server = await startServer(serve, { host: '127.0.0.1' });
  const { port } = server.sockets[0]!.getsockname() as { port: number };
  return { server, port };
}

const echo = async (reader: StreamReader, writer: StreamWriter): Promise<void> => {
  for await (const chunk of reader.chunks()) await writer.send(chunk);
  writer.close();
};

describe('readFrom()', () => {
  test.each([
    ['a Readable', () => Readable.from([Buffer.from('one\ntw'), Buffer.from('o\nthree')])],
    [
      'a web stream',
      () =>
        new ReadableStream<Uint8Array>({
          start(controller) {
            for (const text of ['one\ntw', 'o\nthree']) controller.enqueue(new TextEncoder().encode(text));
            controller.close();
          },
        }) as unknown as AsyncIterable<Uint8Array>,
    ],
    [
      'an async generator',
      async function* () {
        yield new Uint8Array(Buffer.from('one\ntw'));
        yield Buffer.from('o\nthree');
      },
    ],
  ])('reads %s', (_, make) =>
    inLoop(async () => {
      const lines: string[] = [];
      for await (const line of readFrom(make()).lines()) lines.push(line.toString());
      expect(lines).toEqual(['one\n', 'two\n', 'three']);
    }),
  );

  test('reads no more from the stream than the reader asks for', () =>
    inLoop(async () => {
      let taken = 0;
      const source = async function* () {
        while (taken < 1000) {
          taken++;
          yield Buffer.alloc(100);
        }
      };
      const reader = readFrom(source(), { limit: 1000 });
      await turns(100);
      expect(taken).toBeLessThan(30);
      expect((await reader.read()).length).toBe(100_000);
    }));

  test('passes an error of the source on', () =>
    inLoop(async () => {
      const source = new PassThrough();
      const reader = readFrom(source);
      const reading = createTask(() => reader.readline());
      await turns(2);
      source.destroy(new Error('the source broke'));
      await expect(reading).rejects.toThrow('the source broke');
    }));

  test('refuses text, and names bytes as the remedy', () =>
    inLoop(async () => {
      const reader = readFrom(Readable.from(['text']));
      await expect(reader.read()).rejects.toThrow(TypeError);
      expect(() => readFrom(5 as never)).toThrow(TypeError);
    }));

  test('does not keep the loop from ending, and then releases the source', async () => {
    const source = new PassThrough();
    const { run } = await import('bight');
    await run(async () => {
      readFrom(source);
    });
    if (!source.closed) await once(source, 'close');
    expect(source.destroyed).toBe(true);
  });
});

describe('fromStream()', () => {
  test('talks to a server through a socket of Node', () =>
    inLoop(async () => {
      const { server, port } = await serving(echo);
      const [reader, writer] = fromStream(net.connect(port, '127.0.0.1'));
      await writer.send(Buffer.from('hello\n'));
      expect((await reader.readline()).toString()).toBe('hello\n');
      writer.writeEof();
      expect(reader.atEof() || (await reader.read()).length === 0).toBe(true);
      writer.close();
      await writer.waitClosed();
      server.close();
      await server.waitClosed();
    }));

  test('waits in drain() while the stream takes no more', () =>
    inLoop(async () => {
      const writes: (() => void)[] = [];
      const slow = new Duplex({
        read() {},
        write(_chunk, _encoding, done) {
          writes.push(done);
        },
      });
      const [, writer] = fromStream(slow);
      const sending = createTask(() => writer.send(Buffer.alloc(200_000)));
      await turns(3);
      expect(sending.done()).toBe(false);
      writes[0]?.();
      await sending;
      writer.transport.abort();
      await writer.waitClosed();
    }));

  test('ends with the error of the stream', () =>
    inLoop(async () => {
      const stream = new PassThrough();
      const [reader, writer] = fromStream(stream);
      const reading = createTask(() => reader.readline());
      await turns(1);
      stream.destroy(new Error('gone'));
      await expect(reading).rejects.toThrow('gone');
      await expect(writer.waitClosed()).rejects.toThrow('gone');
    }));

  test('lends its chunks to a protocol that borrows, and overwrites them in debug mode', () =>
    inLoop(async () => {
      const stream = new PassThrough();
      const [, { transport }] = fromStream(stream);
      const lent: Buffer[] = [];
      const texts: string[] = [];
      const received = getRunningLoop().createFuture<void>();
      transport.setProtocol({
        dataReceived(data: Buffer) {
          lent.push(data);
          texts.push(String(data));
          received.setResult(undefined);
        },
        connectionLost() {},
      } as never);
      getRunningLoop().setDebug(true);
      transport.setReceiveMode('borrowed');
      const sent = Buffer.from('lent');
      stream.write(sent);
      await received;
      expect(texts).toEqual(['lent']);
      expect(String(sent)).toBe('lent');
      expect(lent[0]!.every((byte) => byte === POISON)).toBe(true);
      expect(() => transport.setReceiveMode('lent' as never)).toThrow(ValueError);
      transport.abort();
    }));

  test('refuses invalid water marks', () =>
    inLoop(async () => {
      const [, { transport }] = fromStream(new PassThrough());
      transport.setWriteBufferLimits({ low: 100 });
      expect(transport.getWriteBufferLimits()).toEqual([100, 400]);
      expect(() => transport.setWriteBufferLimits({ high: '1' as never })).toThrow(TypeError);
      expect(() => transport.setWriteBufferLimits({ hihg: 1 } as never)).toThrow(TypeError);
      expect(transport.getWriteBufferLimits()).toEqual([100, 400]);
      transport.abort();
    }));

  test('refuses what is no stream', () =>
    inLoop(async () => {
      expect(() => fromStream({} as never)).toThrow(TypeError);
    }));
});

describe('toDuplex()', () => {
  test('makes a stream that can be piped into itself', () =>
    inLoop(async () => {
      const { server, port } = await serving(async (_reader, writer) => {
        const stream = toDuplex(writer.transport);
        stream.pipe(stream);
        await once(stream, 'close');
      });
      const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
      const data = Buffer.alloc(3_000_000, 'abcdefg');
      const reading = createTask(() => reader.read());
      await writer.send(data);
      writer.writeEof();
      const received = await reading;
      expect([received.length, received.equals(data)]).toEqual([data.length, true]);
      writer.close();
      await writer.waitClosed();
      server.close();
      await server.waitClosed();
    }));

  test('ends with an error when the connection is aborted', () =>
    inLoop(async (loop) => {
      const { server, port } = await serving(async (reader, writer) => {
        await reader.read(1);
        writer.transport.abort();
      });
      const [transport] = await loop.createConnection(() => ({}), { host: '127.0.0.1', port });
      const stream = toDuplex(transport);
      stream.on('error', () => undefined);
      stream.resume();
      const closed = once(stream, 'close');
      stream.write('x');
      await closed;
      server.close();
      await server.waitClosed();
    }));

  test('that is destroyed aborts the connection', () =>
    inLoop(async (loop) => {
      const { server, port } = await serving(async (reader, writer) => {
        await reader.read().then(undefined, () => undefined);
        writer.close();
      });
      const [transport] = await loop.createConnection(() => ({}), { host: '127.0.0.1', port });
      const stream = toDuplex(transport);
      const closed = once(stream, 'close');
      stream.destroy();
      await closed;
      expect(transport.isClosing()).toBe(true);
      server.close();
      await server.waitClosed();
    }));

  test('refuses what is no transport', () => {
    expect(() => toDuplex({} as never)).toThrow(TypeError);
  });
});

describe('bindEmitter()', () => {
  test('runs listeners in the context of the binding, whatever code emits', () =>
    inLoop(async (loop) => {
      const variable = new ContextVar('variable', { default: 'outside' });
      variable.set('bound');
      const seen: unknown[] = [];
      const emitter = bindEmitter(new EventEmitter());
      emitter.on('event', (value) => seen.push(value, variable.get(), getRunningLoop() === loop));
      variable.set('later');
      const emitted = once(emitter, 'event');
      setImmediate(() => emitter.emit('event', 5));
      await emitted;
      expect(seen).toEqual([5, 'bound', true]);
      expect(emitter.emit('without listeners')).toBe(false);
    }));

  test('gives each event a copy of the context, and no task', () =>
    inLoop(async () => {
      const variable = new ContextVar('variable', { default: 0 });
      const seen: unknown[] = [];
      const emitter = bindEmitter(new EventEmitter());
      emitter.on('event', async () => {
        seen.push(currentTask(), variable.get());
        variable.set(1);
        await sleep(0);
        seen.push(variable.get());
      });
      const binder = createTask(async () => {
        for (let n = 0; n < 2; n++) emitter.emit('event');
        await sleep(3600);
      });
      await sleep(0);
      binder.cancel();
      await wait([binder]);
      await sleep(0);
      expect(seen).toEqual([null, 0, null, 0, 1, 1]);
    }));

  test('lets a listener emit again', () =>
    inLoop(async () => {
      const emitter = bindEmitter(new EventEmitter());
      let isInnerCalled = false;
      emitter.on('outer', () => emitter.emit('inner'));
      emitter.on('inner', () => {
        isInnerCalled = true;
      });
      emitter.emit('outer');
      expect(isInnerCalled).toBe(true);
    }));
});

describe('a cap on memory', () => {
  test('turns writing without drain() into an error', () =>
    inLoop(async () => {
      const stopped = new AbortController();
      const { server, port } = await serving(async (_reader, writer) => {
        await once(stopped.signal, 'abort');
        writer.transport.abort();
      });
      const [, writer] = await openConnection({ host: '127.0.0.1', port, maxBuffered: 1_000_000 });
      const flood = () => {
        for (let i = 0; i < 1000; i++) writer.write(Buffer.alloc(100_000));
      };
      expect(flood).toThrow(BufferOverflowError);
      expect(writer.transport.getWriteBufferSize()).toBeLessThan(1_200_000);
      stopped.abort();
      writer.transport.abort();
      await wait([writer.waitClosed()]);
      server.close();
      await server.waitClosed();
    }));

  test('ends a reader that is not read and cannot be paused', () =>
    inLoop(async () => {
      const reader = new StreamReader({ maxBuffered: 1000 });
      reader.feedData(Buffer.alloc(5000));
      reader.feedData(Buffer.alloc(1));
      await expect(reader.read(1)).rejects.toThrow(BufferOverflowError);
    }));

  test('does not limit what a read waits for', () =>
    inLoop(async () => {
      const reader = new StreamReader({ maxBuffered: 1000 });
      const reading = createTask(() => reader.readexactly(5000));
      for (let i = 0; i < 10; i++) {
        await turns(1);
        reader.feedData(Buffer.alloc(500));
      }
      expect((await reading).length).toBe(5000);
    }));

  test('has to be positive', () => {
    expect(() => new StreamReader({ maxBuffered: 0 })).toThrow(
      expect.objectContaining({ name: 'ValueError' }),
    );
  });
});
