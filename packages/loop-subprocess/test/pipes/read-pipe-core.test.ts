import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { BufferedProtocol } from '@bight/loop-abstract';
import { sleep } from '@bight/loop-core';
import { POISON } from '@bight/loop-core/low-level';
import { expect, test } from '@jest/globals';
import { Recording } from '../../../../test/support/recording.js';
import { openDescriptors, until } from '../../../../test/support/system.js';
import { describeOnEachLoop, inLoop } from '../support/each-loop.js';
import { fifo, isOpen, makeFifo, socketEnds } from '../support/fifo.js';

const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;

describeOnEachLoop('connectReadPipe', () => {
  test('reads a FIFO to its end', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectReadPipe(() => new Recording(loop), reader);
      expect(recorder.summary).toEqual(['made']);
      expect(transport.isReading()).toBe(true);
      writeSync(writer, 'one');
      await until(() => recorder.text === 'one');
      writeSync(writer, ' two');
      closeSync(writer);
      await recorder.event('lost');
      expect(recorder.text).toBe('one two');
      expect(recorder.summary).toEqual(['made', 'data', 'eof', 'lost']);
      expect(transport.isClosing()).toBe(true);
    });
    expect(isOpen(reader)).toBe(false);
  });

  test('waits for the first writer of a FIFO', async () => {
    const name = makeFifo();
    await inLoop(async (loop) => {
      const fd = openSync(name, O_RDONLY | O_NONBLOCK);
      const [, recorder] = await loop.connectReadPipe(() => new Recording(loop), fd);
      await sleep(0.01);
      expect(recorder.summary).toEqual(['made']);
      const writer = openSync(name, O_WRONLY);
      writeSync(writer, 'hello');
      closeSync(writer);
      await recorder.event('lost');
      expect(recorder.text).toBe('hello');
    });
  });

  test('lends received bytes to a protocol that borrows, and overwrites them in debug mode', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      loop.setDebug(true);
      loop.slowCallbackDuration = 1000;
      const copies: string[] = [];
      class Borrower extends Recording {
        override dataReceived(data: Buffer): void {
          copies.push(String(data));
          super.dataReceived(data);
        }
      }
      const [transport, recorder] = await loop.connectReadPipe(() => new Borrower(loop), reader);
      transport.setReceiveMode('borrowed');
      writeSync(writer, 'lent');
      closeSync(writer);
      await recorder.event('lost');
      expect(copies).toEqual(['lent']);
      expect([...recorder.data]).toEqual(Array(4).fill(POISON));
    });
  });

  test('takes a FileHandle over, and leaves it closed', async () => {
    const { reader, writer, name } = fifo();
    closeSync(reader);
    const before = openDescriptors().length;
    await inLoop(async (loop) => {
      const handle = await open(name, O_RDONLY | O_NONBLOCK);
      const [transport, recorder] = await loop.connectReadPipe(() => new Recording(loop), handle);
      await until(() => handle.fd === -1);
      const pipe = transport.getExtraInfo('pipe') as { fileno(): number };
      expect(pipe.fileno()).toBeGreaterThan(2);
      writeSync(writer, 'through the handle');
      closeSync(writer);
      await recorder.event('lost');
      expect(recorder.text).toBe('through the handle');
    });
    await until(() => openDescriptors().length < before);
  });

  test('keeps a FileHandle open for both directions, which has no end', async () => {
    const { reader, writer, name } = fifo();
    closeSync(reader);
    await inLoop(async (loop) => {
      const handle = await open(name, O_RDWR | O_NONBLOCK);
      const [transport, recorder] = await loop.connectReadPipe(() => new Recording(loop), handle);
      writeSync(writer, 'x');
      closeSync(writer);
      await until(() => recorder.text === 'x');
      await sleep(0.005);
      expect(recorder.summary).toEqual(['made', 'data']);
      transport.close();
      await recorder.event('lost');
    });
  });

  test('takes an object with fileno(), and gives it as extra info', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const pipe = { fileno: () => reader };
      const [transport, recorder] = await loop.connectReadPipe(() => new Recording(loop), pipe);
      expect(transport.getExtraInfo('pipe')).toBe(pipe);
      expect(transport.getExtraInfo('socket')).toBeNull();
      closeSync(writer);
      await recorder.event('lost');
    });
  });

  test('calls the detach() of an object that has one', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      let fd = reader;
      const pipe = {
        fileno: () => fd,
        detach() {
          const detached = fd;
          fd = -1;
          return detached;
        },
      };
      const [transport, recorder] = await loop.connectReadPipe(() => new Recording(loop), pipe);
      expect(fd).toBe(-1);
      expect((transport.getExtraInfo('pipe') as { fileno(): number }).fileno()).toBe(reader);
      closeSync(writer);
      await recorder.event('lost');
    });
  });

  test('reads a socket', async () => {
    const { near, fd } = await socketEnds();
    await inLoop(async (loop) => {
      const [, recorder] = await loop.connectReadPipe(() => new Recording(loop), fd);
      near.end('from the socket');
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'data', 'eof', 'lost']);
      expect(recorder.text).toBe('from the socket');
    });
    near.destroy();
  });

  test('reads a device', async () => {
    await inLoop(async (loop) => {
      const [, recorder] = await loop.connectReadPipe(
        () => new Recording(loop),
        openSync('/dev/null', O_RDONLY),
      );
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'eof', 'lost']);
    });
  });

  test('receives into the buffer of a BufferedProtocol', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const lost = loop.createFuture<void>();
      let text = '';
      class Small extends BufferedProtocol {
        readonly room = Buffer.alloc(4);
        override getBuffer() {
          return this.room;
        }
        override bufferUpdated(count: number) {
          text += this.room.toString('latin1', 0, count);
        }
        override connectionLost() {
          lost.setResult();
        }
      }
      await loop.connectReadPipe(() => new Small(), reader);
      writeSync(writer, 'in pieces of four');
      closeSync(writer);
      await lost;
      expect(text).toBe('in pieces of four');
    });
  });

  test('stops at close(), which closes the descriptor', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [transport, recorder] = await loop.connectReadPipe(() => new Recording(loop), reader);
      writeSync(writer, 'unread');
      transport.close();
      transport.close();
      await recorder.event('lost');
      expect(recorder.summary).toEqual(['made', 'lost']);
      await sleep(0);
      expect(() => writeSync(writer, 'x')).toThrow(expect.objectContaining({ code: 'EPIPE' }));
    });
    closeSync(writer);
  });

  test('reports an error of dataReceived(), and goes on', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const reports: unknown[] = [];
      loop.setExceptionHandler((_loop, { exception, transport, protocol }) => {
        reports.push(exception?.message, transport !== undefined, protocol !== undefined);
      });
      const recorder = new Recording(loop);
      recorder.dataReceived = () => {
        throw new Error('in data');
      };
      await loop.connectReadPipe(() => recorder, reader);
      writeSync(writer, 'x');
      await until(() => reports.length > 0);
      closeSync(writer);
      await recorder.event('lost');
      expect(reports).toEqual(['in data', true, true]);
    });
  });
});
