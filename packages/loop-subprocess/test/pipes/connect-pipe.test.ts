import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  type AbstractFuture,
  type BaseTransport,
  BufferedProtocol,
  CancelledError,
  type PipeSource,
  ReadTransport,
  ValueError,
  WriteTransport,
} from '@bight/loop-abstract';
import { createTask, sleep } from '@bight/loop-core';
import { POISON } from '@bight/loop-core/low-level';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { membersOf } from '../../../../test/support/members.js';
import { Recording } from '../../../../test/support/recording.js';
import { openDescriptors, until } from '../../../../test/support/system.js';
import { repository } from '../../../../test/support/workspace.js';
import { describeOnEachLoop, inLoop, type SubprocessEventLoop } from '../support/each-loop.js';

const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'bight-pipes-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Makes a FIFO and opens both ends. */
function fifo(): { reader: number; writer: number; name: string } {
  const name = path.join(folder, 'fifo');
  execFileSync('mkfifo', [name]);
  const reader = openSync(name, O_RDONLY | O_NONBLOCK);
  const writer = openSync(name, O_WRONLY | O_NONBLOCK);
  return { reader, writer, name };
}

/** Whether a descriptor is open. */
function isOpen(fd: number): boolean {
  try {
    closeSync(openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NONBLOCK));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Two ends of a Unix connection: this process's stream, and a descriptor of the other end to give away. */
async function socketEnds(): Promise<{ near: net.Socket; fd: number }> {
  const server = net.createServer({ pauseOnConnect: true }).listen(path.join(folder, 'socket'));
  const near = net.connect(path.join(folder, 'socket'));
  const far = await new Promise<net.Socket>((resolve) => server.once('connection', resolve));
  server.close();
  const { _handle: handle } = far as unknown as { _handle: { fd: number } };
  return { near, fd: handle.fd };
}

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
    const name = path.join(folder, 'fifo');
    execFileSync('mkfifo', [name]);
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

  test('lends what comes to a protocol that borrows, and overwrites it in debug mode', async () => {
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

  test('takes a FileHandle over, and nothing is left of it', async () => {
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

  test('has an object give its descriptor away, if it can', async () => {
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

  test('puts the bytes where a BufferedProtocol wants them', async () => {
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

  test('stops at close(), and the descriptor with it', async () => {
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

/** Connects either end. */
function connect<P extends object>(
  loop: SubprocessEventLoop,
  method: 'connectReadPipe' | 'connectWritePipe',
  factory: () => P,
  pipe: PipeSource,
): AbstractFuture<[BaseTransport, P]> {
  const either = loop[method] as (factory: () => P, pipe: PipeSource) => AbstractFuture<[BaseTransport, P]>;
  return either.call(loop, factory, pipe);
}

describeOnEachLoop('a pipe', () => {
  test('has the members of its abstract class, and no others', async () => {
    const { reader, writer } = fifo();
    await inLoop(async (loop) => {
      const [reading] = await loop.connectReadPipe(() => ({}), reader);
      const [writing] = await loop.connectWritePipe(() => ({}), writer);
      expect(membersOf(reading)).toEqual(membersOf(ReadTransport.prototype));
      expect(membersOf(writing)).toEqual(membersOf(WriteTransport.prototype));
      expect([reading instanceof WriteTransport, writing instanceof ReadTransport]).toEqual([false, false]);
      reading.close();
      writing.abort();
    });
  });

  describe.each(['connectReadPipe', 'connectWritePipe'] as const)('%s', (method) => {
    test('refuses a regular file and a folder, which stay open', async () => {
      await inLoop(async (loop) => {
        for (const name of ['/etc/hostname', '/etc']) {
          const fd = openSync(name, O_RDONLY);
          await expect(connect(loop, method, () => ({}), fd)).rejects.toThrow(ValueError);
          expect(isOpen(fd)).toBe(true);
          closeSync(fd);
        }
        const handle = await open('/etc/hostname');
        await expect(connect(loop, method, () => ({}), handle)).rejects.toThrow(ValueError);
        expect(handle.fd).toBeGreaterThan(2);
        await handle.close();
      });
    });

    test.each([
      [null, TypeError],
      [undefined, TypeError],
      ['0', TypeError],
      [{}, TypeError],
      [-1, ValueError],
      [1.5, ValueError],
      [{ fileno: () => -1 }, ValueError],
    ])('refuses %p', async (pipe, errorClass) => {
      await inLoop(async (loop) => {
        await expect(connect(loop, method, () => ({}), pipe as never)).rejects.toThrow(errorClass);
      });
    });

    test('refuses what is no protocol factory, and a descriptor that is not open', async () => {
      await inLoop(async (loop) => {
        expect(() => connect(loop, method, {} as never, 0)).toThrow(TypeError);
        await expect(connect(loop, method, () => ({}), 99_999)).rejects.toMatchObject({ code: 'EBADF' });
      });
    });

    test('closes the descriptor when it is cancelled', async () => {
      const { reader, writer } = fifo();
      const [fd, other] = method === 'connectReadPipe' ? [reader, writer] : [writer, reader];
      await inLoop(async (loop) => {
        const task = createTask(async () => connect(loop, method, () => ({}), fd));
        await sleep(0);
        task.cancel();
        await expect(task).rejects.toThrow(CancelledError);
        await until(() => !isOpen(fd));
      });
      closeSync(other);
    });

    test('has the descriptor closed with the loop', async () => {
      const { reader, writer } = fifo();
      const [fd, other] = method === 'connectReadPipe' ? [reader, writer] : [writer, reader];
      const events: string[] = [];
      await inLoop(async (loop) => {
        await connect(loop, method, () => ({ connectionLost: () => events.push('lost') }), fd);
      });
      expect(isOpen(fd)).toBe(false);
      expect(events).toEqual([]);
      closeSync(other);
    });

    test('lets the protocol be changed', async () => {
      const { reader, writer } = fifo();
      const [fd, other] = method === 'connectReadPipe' ? [reader, writer] : [writer, reader];
      await inLoop(async (loop) => {
        const [transport, first] = await connect(loop, method, () => new Recording(loop), fd);
        const second = new Recording(loop);
        expect(transport.getProtocol()).toBe(first);
        transport.setProtocol(second);
        expect(() => transport.setProtocol(null as never)).toThrow(TypeError);
        transport.close();
        await second.event('lost');
        expect([first.events, second.events]).toEqual([['made'], ['lost']]);
      });
      closeSync(other);
    });
  });
});

test('a terminal can be read from and written to, until it hangs up', async () => {
  const program = path.join(repository, 'packages/loop-subprocess/test/programs/terminal');
  const node = [process.execPath, ...nodeArguments(`${program}.ts`)];
  // Python makes the terminal: Node cannot.
  const child = spawn('python3', [`${program}.py`, ...node], { cwd: repository });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output.split('\n').sort()).toEqual(['', 'HELLO', 'connected true', 'lost null']);
});
