import { execFileSync } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { RuntimeError, ValueError } from '@bight/contextvars';
import { type BaseTransport, Protocol, type WriteTransport } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../case.js';
import type { CaseContext } from '../case-context.js';
import { equal, fails, ok, throws } from '../check.js';
import { Recorder } from '../recorder.js';

/** The two ends of a FIFO. What the case does not close, or hand over, is closed afterwards. */
function fifo({ directory, defer }: CaseContext): { reader: number; writer: number } {
  const file = path.join(directory(), 'fifo');
  execFileSync('mkfifo', [file]);
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK);
  const { ino } = fstatSync(reader);
  defer(() => {
    for (const descriptor of [reader, writer]) closeIfStillThere(descriptor, ino);
  });
  return { reader, writer };
}

function closeIfStillThere(descriptor: number, ino: number): void {
  try {
    if (fstatSync(descriptor).ino === ino) closeSync(descriptor);
  } catch {
    // The transport that took it over has closed it.
  }
}

/** Pipes. */
export const pipeCases: CaseDefinition[] = [
  ...suite(
    'PipeLoop',
    'connectReadPipe()',
    (define) => {
      define('reads what comes, until the other end closes', async (c) => {
        const { loop, run } = c;
        const { reader, writer } = fifo(c);
        await run(async () => {
          const [transport, recorder] = await loop.connectReadPipe(() => new Recorder(loop), reader);
          writeSync(writer, 'through a pipe');
          equal(await recorder.bytes(14), 'through a pipe');
          closeSync(writer);
          equal(await recorder.lost, null);
          equal(recorder.events.join(), 'made,data,eof,lost');
          equal(transport.isClosing(), true);
        });
      });

      define('reads nothing while reading is paused', async (c) => {
        const { loop, run, turns } = c;
        const { reader, writer } = fifo(c);
        await run(async () => {
          const [transport, recorder] = await loop.connectReadPipe(() => new Recorder(loop), reader);
          transport.pauseReading();
          writeSync(writer, 'early');
          await turns(20);
          transport.resumeReading();
          equal(await recorder.bytes(5), 'early');
          transport.close();
          await recorder.lost;
        });
      });

      define('lends what comes until dataReceived() returns, where its protocol borrows', async (c) => {
        const { loop, run } = c;
        const { reader, writer } = fifo(c);
        await run(async () => {
          const [transport, recorder] = await loop.connectReadPipe(() => new Recorder(loop), reader);
          transport.setReceiveMode('borrowed');
          writeSync(writer, 'lent');
          equal(await recorder.bytes(4), 'lent');
          transport.close();
          await recorder.lost;
        });
      });

      define('takes over the descriptor, and closes it', async (c) => {
        const { loop, run } = c;
        const { reader, writer } = fifo(c);
        await run(async () => {
          const [transport, recorder] = await loop.connectReadPipe(() => new Recorder(loop), {
            fileno: () => reader,
          });
          transport.close();
          equal(await recorder.lost, null);
        });
        equal((throws(() => writeSync(writer, 'x'), Error) as NodeJS.ErrnoException).code, 'EPIPE');
      });

      define('refuses a regular file, and what is no descriptor', async ({ loop, run, directory, defer }) => {
        const file = path.join(directory(), 'file');
        writeFileSync(file, 'content');
        const descriptor = openSync(file, 'r');
        defer(() => closeSync(descriptor));
        await run(async () => {
          await fails(() => loop.connectReadPipe(() => new Protocol(), descriptor), ValueError);
          await fails(() => loop.connectReadPipe(() => new Protocol(), 'pipe' as never), TypeError);
          await fails(() => loop.connectReadPipe(null as never, descriptor), TypeError);
        });
      });

      define(
        'is refused by a closed loop',
        async ({ loop }) => {
          await fails(() => loop.connectReadPipe(() => new Protocol(), 0), RuntimeError, 'closed');
        },
        { states: ['closed'] },
      );
    },
    { states: WITH_SYSTEM, needs: ['TaskLoop'] },
  ),

  ...suite(
    'PipeLoop',
    'connectWritePipe()',
    (define) => {
      define('writes, and sends everything before close() ends it', async (c) => {
        const { loop, run } = c;
        const { reader, writer } = fifo(c);
        await run(async () => {
          const [transport, recorder] = await loop.connectWritePipe(() => new Recorder(loop), writer);
          transport.write(Buffer.from('through '));
          transport.write(Buffer.from('a pipe'));
          transport.close();
          equal(await recorder.lost, null);
          const buffer = Buffer.alloc(64);
          equal(buffer.toString('latin1', 0, readSync(reader, buffer)), 'through a pipe');
        });
      });

      define('is notified when the other end closes', async (c) => {
        const { loop, run } = c;
        const { reader, writer } = fifo(c);
        await run(async () => {
          const [transport, recorder] = await loop.connectWritePipe(() => new Recorder(loop), writer);
          closeSync(reader);
          transport.write(Buffer.from('never read'));
          const error = await recorder.lost;
          ok(error === null || (error as NodeJS.ErrnoException).code === 'EPIPE', String(error));
        });
      });

      define('pauses writing when the pipe is full, and drops what is left in abort()', async (c) => {
        const { loop, run, turns } = c;
        const { writer } = fifo(c);
        await run(async () => {
          const [transport, recorder] = await loop.connectWritePipe(() => new Recorder(loop), writer);
          for (let n = 0; n < 100 && !recorder.events.includes('pause'); n++) {
            transport.write(Buffer.alloc(65536));
            await turns(1);
          }
          ok(recorder.events.includes('pause'));
          ok(transport.getWriteBufferSize() > 0);
          transport.abort();
          await recorder.lost;
          equal(recorder.events.at(-1), 'lost');
        });
      });

      define('takes any protocol, since nothing is received', async (c) => {
        const { loop, run } = c;
        const { writer } = fifo(c);
        await run(async () => {
          const lost = loop.createFuture<void>();
          let made: BaseTransport | null = null;
          const protocol = {
            connectionMade(transport: BaseTransport) {
              made = transport;
            },
            connectionLost: () => lost.setResult(),
          };
          const [transport, given] = await loop.connectWritePipe(() => protocol, writer);
          equal(given, protocol);
          equal(made as WriteTransport | null, transport);
          transport.close();
          await lost;
        });
      });
    },
    { states: WITH_SYSTEM, needs: ['TaskLoop'] },
  ),
];
