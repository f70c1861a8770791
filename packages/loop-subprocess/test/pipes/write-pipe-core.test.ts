import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { until } from '../../../../test/support/system.js';
import { describeOnEachLoop, inLoop } from '../support/each-loop.js';
import { fifo, isOpen, socketEnds } from '../support/fifo.js';

const { O_WRONLY, O_NONBLOCK } = constants;

describeOnEachLoop('connectWritePipe', () => {
  test('writes to a FIFO, and closes it once everything is written', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), writer);
      transport.write(Buffer.from('one '));
      transport.writelines([Buffer.from('two'), Buffer.from(' three')]);
      transport.writeEof();
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'lost']);
    });
    const buffer = Buffer.alloc(100);
    expect(buffer.toString('utf8', 0, readSync(reader, buffer))).toBe('one two three');
    expect(readSync(reader, buffer)).toBe(0);
    closeSync(reader);
  });

  test('keeps what the FIFO does not take, and pauses the protocol', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), writer);
      const [, reading] = await loop.connectReadPipe(() => new Recording(loop), reader);
      transport.write(Buffer.alloc(1_000_000));
      expect(recorder.summary).toEqual(['made', 'pause']);
      expect(transport.getWriteBufferSize()).toBeGreaterThan(65_536);
      await until(() => recorder.summary.includes('resume'));
      transport.close();
      await reading.event('lost');
      expect(reading.data).toHaveLength(1_000_000);
    });
  });

  test('has copied what the FIFO does not take: the caller may use the memory again', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport] = await loop.connectWritePipe(() => new Recording(loop), writer);
      const [, reading] = await loop.connectReadPipe(() => new Recording(loop), reader);
      const memory = Buffer.alloc(500_000, 'a');
      transport.write(memory);
      memory.fill('b');
      transport.writelines([memory, memory]);
      memory.fill('c');
      transport.close();
      await reading.event('lost');
      expect(
        reading.data.equals(Buffer.concat([Buffer.alloc(500_000, 'a'), Buffer.alloc(1_000_000, 'b')])),
      ).toBe(true);
    });
  });

  test('reports by an EPIPE that the reader of a FIFO is gone', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), writer);
      closeSync(reader);
      transport.write(Buffer.from('x'));
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'lost EPIPE']);
      expect(transport.isClosing()).toBe(true);
    });
    expect(isOpen(writer)).toBe(false);
  });

  test('reports at once that the reader of a FIFO is gone', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), writer);
      closeSync(reader);
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'lost']);
      expect(transport.isClosing()).toBe(true);
    });
    expect(isOpen(writer)).toBe(false);
  });

  test('reports by an EPIPE that the reader went while something was to be sent', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), writer);
      transport.write(Buffer.alloc(1_000_000));
      closeSync(reader);
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'pause', 'lost EPIPE']);
    });
  });

  test('reports at once that the other end of a socket is closed', async () => {
    const { near, fd } = await socketEnds();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), fd);
      transport.write(Buffer.from('to the socket'));
      const [data] = await new Promise<[Buffer]>((resolve) => near.once('data', (chunk) => resolve([chunk])));
      expect(data.toString()).toBe('to the socket');
      near.destroy();
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'lost']);
    });
  });

  test('takes a FileHandle over', async () => {
    const { reader, writer, name } = fifo();
    closeSync(writer);
    await inLoop(async (loop) => {
      const handle = await open(name, O_WRONLY | O_NONBLOCK);
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), handle);
      await until(() => handle.fd === -1);
      transport.write(Buffer.from('handle'));
      transport.close();
      await recorder.event('lost');
    });
    const buffer = Buffer.alloc(10);
    expect(buffer.toString('utf8', 0, readSync(reader, buffer))).toBe('handle');
    closeSync(reader);
  });

  test('writes to a device', async () => {
    await inLoop(async (loop) => {
      const fd = openSync('/dev/null', O_WRONLY);
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), fd);
      transport.write(Buffer.from('into the void'));
      transport.close();
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'lost']);
    });
  });

  test('drops everything at abort()', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectWritePipe(() => new Recording(loop), writer);
      transport.write(Buffer.alloc(1_000_000));
      transport.abort();
      expect(transport.getWriteBufferSize()).toBe(0);
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'pause', 'lost']);
    });
    closeSync(reader);
  });
});
