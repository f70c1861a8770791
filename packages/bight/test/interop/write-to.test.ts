import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, createWriteStream, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { WritableStream } from 'node:stream/web';
import { describe, expect, test } from '@jest/globals';
import {
  createDefaultContext,
  createTask,
  FlowControlProtocol,
  getRunningLoop,
  StreamWriter,
  sleep,
  writeTo,
} from 'bight';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';
import { describeOnEachLoop, run } from '../support/each-loop.js';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

describe('writeTo()', () => {
  test('writes to a stream, and waits until it has ended', () =>
    inLoop(async () => {
      const chunks: Buffer[] = [];
      const sink = new Writable({
        write(chunk: Buffer, _, done) {
          chunks.push(chunk);
          setImmediate(done);
        },
      });
      const writer = writeTo(sink);
      const bytes = Buffer.from('one');
      writer.write(bytes);
      bytes.fill(0);
      writer.writelines([Buffer.from('two'), new Uint8Array([51])]);
      await writer.drain();
      writer.close();
      await writer.waitClosed();
      expect(String(Buffer.concat(chunks))).toBe('onetwo3');
    }));

  test('drains as the stream takes', () =>
    inLoop(async () => {
      const stream = new PassThrough({ highWaterMark: 1024 });
      const writer = writeTo(stream);
      writer.write(Buffer.alloc(100_000));
      const drained = createTask(() => writer.drain());
      await turns(3);
      expect(drained.done()).toBe(false);
      stream.resume();
      await drained;
      writer.close();
      await writer.waitClosed();
    }));

  test("throws the stream's error from drain() and waitClosed()", () =>
    inLoop(async () => {
      const sink = new Writable({ write: (_chunk, _, done) => done(new Error('disk full')) });
      const writer = writeTo(sink);
      writer.write(Buffer.from('x'));
      await expect(writer.waitClosed()).rejects.toThrow('disk full');
      await expect(writer.drain()).rejects.toThrow('Connection lost');
      expect(writer.isClosing()).toBe(true);
    }));

  test('takes a file, and a web stream', () =>
    inLoop(async () => {
      const file = path.join(temporaryFolder(), 'file');
      const writer = writeTo(createWriteStream(file));
      await writer.send(Buffer.from('in the file'));
      writer.close();
      await writer.waitClosed();
      expect(readFileSync(file, 'utf8')).toBe('in the file');
      const chunks: Uint8Array[] = [];
      const web = writeTo(new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) }));
      await web.send(Buffer.from('to the web'));
      web.close();
      await web.waitClosed();
      expect(String(Buffer.concat(chunks))).toBe('to the web');
    }));

  test('aborts', () =>
    inLoop(async () => {
      const stream = new PassThrough();
      const writer = writeTo(stream);
      writer.transport.abort();
      await writer.waitClosed();
      expect(stream.destroyed).toBe(true);
    }));

  test('refuses invalid water marks', () =>
    inLoop(async () => {
      const { transport } = writeTo(new PassThrough());
      transport.setWriteBufferLimits({ high: 400 });
      expect(transport.getWriteBufferLimits()).toEqual([100, 400]);
      expect(() => transport.setWriteBufferLimits({ high: '1' as never })).toThrow(TypeError);
      expect(() => transport.setWriteBufferLimits({ hihg: 1 } as never)).toThrow(TypeError);
      transport.abort();
    }));

  test('refuses what cannot be written to', () =>
    inLoop(async () => {
      for (const sink of [null, {}, 'text', 3]) expect(() => writeTo(sink as never)).toThrow(TypeError);
      await sleep(0);
    }));
});

describeOnEachLoop('StreamWriter', () => {
  test('works on a write pipe', () =>
    run(async () => {
      const fifo = path.join(temporaryFolder(), 'fifo');
      execFileSync('mkfifo', [fifo]);
      const loop = getRunningLoop();
      const reading = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
      const writing = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
      const [transport, protocol] = await loop.connectWritePipe(() => new FlowControlProtocol(loop), writing);
      const writer = new StreamWriter(transport, protocol, null, loop);
      await writer.send(Buffer.from('through the pipe'));
      const received = Buffer.alloc(100);
      expect(received.toString('utf8', 0, readSync(reading, received))).toBe('through the pipe');
      await expect(writer.startTls(createDefaultContext())).rejects.toThrow('needs a writer of a connection');
      writer.close();
      await writer.waitClosed();
      closeSync(reading);
    }));
});
