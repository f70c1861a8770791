import { closeSync } from 'node:fs';
import type { AbstractFuture } from '@bight/loop-abstract';
import { openPipe } from '@bight/sockets/low-level';
import { describe, expect, test } from '@jest/globals';
import {
  BaseProtocol,
  createSubprocessExec,
  openConnection,
  PIPE,
  type Process,
  ProcessPoolExecutor,
  StreamReader,
  type StreamWriter,
  SubprocessProtocol,
  startServer,
  ThreadPoolExecutor,
} from 'bight';
import { closeAll } from '../../../test/support/close-all.js';
import { type AnyLoop, loopClasses } from './support/in-loop.js';

// `await loop.runUntilComplete(loop.createServer(…))` is asyncio's own idiom: the caller of a coroutine method need not
// be inside of the loop that the method belongs to. The methods of the network stand in
// packages/loop-net/test/methods/outside-of-the-loop.test.ts.

type Call = () => AbstractFuture<unknown>;
/** Prepares something inside of the loop; what it returns is called outside. */
type Prepare = (loop: AnyLoop) => Promise<Call>;

/** Ends when its process has. */
class Exit extends SubprocessProtocol {
  constructor(readonly exited: AbstractFuture<void>) {
    super();
  }
  override processExited(): void {
    this.exited.setResult(undefined);
  }
}

/** Starts a process, and is done when it has ended. */
function untilExit(
  loop: AnyLoop,
  start: (factory: () => Exit) => AbstractFuture<unknown>,
): AbstractFuture<void> {
  const exited = loop.createFuture<void>();
  const started = start(() => new Exit(exited));
  started.addDoneCallback(() => started.exception() !== null && exited.setException(started.exception()!));
  return exited;
}

const cat = (): Promise<Process> =>
  Promise.resolve(createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE }));

/** A connection to a server that reads until the client ends. */
async function connected(): Promise<[StreamReader, StreamWriter]> {
  const server = await startServer(
    async (reader, writer) => {
      // The client may also abort.
      await Promise.resolve(reader.read()).catch(() => {});
      writer.close();
    },
    { host: '127.0.0.1', port: 0 },
  );
  const { port } = server.sockets[0]!.getsockname() as { port: number };
  const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
  server.close();
  return [reader, writer];
}

/** A reader of the loop, fed by it a turn after the call. */
const fed =
  (call: (reader: StreamReader) => AbstractFuture<unknown>, isWaiting = true): Prepare =>
  async (loop) => {
    const reader = new StreamReader({ loop });
    const feed = () => {
      reader.feedData(Buffer.from('line\n'));
      reader.feedEof();
    };
    if (!isWaiting) feed();
    return () => {
      if (isWaiting) loop.callSoon(feed);
      return call(reader);
    };
  };

const methods: Record<string, Prepare> = {
  subprocessExec: async (loop) => () =>
    untilExit(loop, (factory) => loop.subprocessExec(factory, 'true', [])),
  subprocessShell: async (loop) => () =>
    untilExit(loop, (factory) => loop.subprocessShell(factory, 'exit 0')),
  connectReadPipe: async (loop) => {
    const [reading, writing] = openPipe();
    return () => {
      closeSync(writing);
      return loop.connectReadPipe(() => new BaseProtocol(), reading);
    };
  },
  connectWritePipe: async (loop) => {
    const [reading, writing] = openPipe();
    return () => {
      const connected = loop.connectWritePipe(() => new BaseProtocol(), writing);
      connected.addDoneCallback(() => closeSync(reading));
      return connected;
    };
  },
  'Process.wait': async () => {
    const process = await cat();
    return () => {
      process.stdin!.close();
      return process.wait();
    };
  },
  'Process.communicate': async () => {
    const process = await cat();
    return () => process.communicate(Buffer.from('x'));
  },
  'Process.stdout.read': async () => {
    const process = await cat();
    return () => {
      process.stdin!.close();
      return process.stdout!.read();
    };
  },
  runInExecutor: async (loop) => () => loop.runInExecutor(null, () => 1),
  'runInExecutor, in a thread': async (loop) => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    return () => {
      const called = loop.runInExecutor(pool, () => 1);
      called.addDoneCallback(() => void pool.shutdown());
      return called;
    };
  },
  'runInExecutor, in a process': async (loop) => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    return () => {
      const called = loop.runInExecutor(pool, () => 1);
      called.addDoneCallback(() => void pool.shutdown());
      return called;
    };
  },
  shutdownDefaultExecutor: async (loop) => {
    await loop.runInExecutor(null, () => 1);
    return () => loop.shutdownDefaultExecutor();
  },
  shutdownAsyncgens: async (loop) => {
    const generator = loop.trackAsyncgen(
      (async function* () {
        yield 1;
      })(),
    );
    await generator.next();
    return () => loop.shutdownAsyncgens();
  },
  'StreamReader.read': fed((reader) => reader.read(10)),
  'StreamReader.read, of everything': fed((reader) => reader.read()),
  'StreamReader.read, of what is there': fed((reader) => reader.read(10), false),
  'StreamReader.peek': fed((reader) => reader.peek(3)),
  'StreamReader.readline': fed((reader) => reader.readline()),
  'StreamReader.readexactly': fed((reader) => reader.readexactly(5)),
  'StreamReader.readuntil': fed((reader) => reader.readuntil(Buffer.from('n'))),
  'StreamReader.readuntil, one of several': fed((reader) =>
    reader.readuntil([Buffer.from('n'), Buffer.from('x')]),
  ),
  'StreamWriter.drain': async () => {
    const [, writer] = await connected();
    return () => {
      writer.write(Buffer.alloc(1_000_000, '\n'));
      return writer.drain();
    };
  },
  'StreamWriter.send': async () => {
    const [, writer] = await connected();
    return () => writer.send(Buffer.from('x'));
  },
  'StreamWriter.waitClosed': async () => {
    const [, writer] = await connected();
    return () => {
      writer.close();
      return writer.waitClosed();
    };
  },
};

describe.each(loopClasses)('$name: a coroutine method called outside of the running loop', ({ Loop }) => {
  test.each(Object.entries(methods))('%s', async (_, prepare) => {
    const loop = new Loop();
    const reports: unknown[] = [];
    try {
      const call = await loop.runUntilComplete(() => prepare(loop));
      loop.setExceptionHandler((_loop, { exception, message }) => reports.push(exception ?? message));
      await loop.runUntilComplete(call());
      await loop.runUntilComplete(() => closeAll(loop));
      await loop.runUntilComplete(loop.shutdownDefaultExecutor());
    } finally {
      loop.close();
    }
    expect(reports).toEqual([]);
  });
});
