// Starts worker threads with a busy loop, and terminates each at a random moment; prints what they have left open. The
// arguments: the loop's class, how many threads, a seed.
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  getRunningLoop,
  openConnection,
  ProactorEventLoop,
  run,
  SelectorEventLoop,
  sleep,
  startServer,
  TaskGroup,
  toThread,
} from 'bight';

/** Connections, timers and threads, for ever. */
async function work(): Promise<void> {
  const server = await startServer(
    async (reader, writer) => {
      for await (const line of reader) await writer.send(line);
      writer.close();
    },
    { host: '127.0.0.1' },
  );
  const { port } = server.sockets[0]!.getsockname() as { port: number };
  parentPort!.postMessage(port);
  await TaskGroup.run(async (group) => {
    for (let count = 0; count < 3; count++) {
      group.createTask(async () => {
        for (;;) {
          const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
          for (let lines = 0; lines < 5; lines++) {
            await writer.send(Buffer.alloc(10_000, 'x'));
            await writer.send(Buffer.from('\n'));
            await reader.readline();
            await sleep(0);
          }
          writer.close();
          await writer.waitClosed();
        }
      });
    }
    group.createTask(async () => {
      for (;;) {
        await getRunningLoop().getaddrinfo('127.0.0.1', port);
        await sleep(0.001);
      }
    });
    if (workerData.withPool) group.createTask(() => toThread(() => 1));
  });
}

/** What is open, by what it is. */
function census(): string {
  const kinds: Record<string, number> = {};
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const [kind] = /socket|eventpoll|timerfd|eventfd|pipe/.exec(readlinkSync(`/proc/self/fd/${fd}`)) ?? [];
      if (kind !== undefined) kinds[kind] = (kinds[kind] ?? 0) + 1;
    } catch {}
  }
  return JSON.stringify(Object.entries(kinds).sort());
}

async function round(name: string, milliseconds: number, withPool: boolean): Promise<void> {
  const worker = new Worker(process.argv[1] as string, { workerData: { name, withPool } });
  const failed = once(worker, 'error').then(([error]) => {
    throw error;
  });
  failed.catch(() => {});
  const listening = once(worker, 'message');
  // Some are terminated before their loop runs.
  const port = milliseconds % 5 === 0 ? null : ((await Promise.race([listening, failed])) as [number])[0];
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  await worker.terminate();
  if (port === null) return;
  const [error] = (await once(net.connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  if (error.code !== 'ECONNREFUSED') throw error;
}

if (isMainThread) {
  const [, , name, threads, seed] = process.argv as [string, string, string, string, string];
  let state = Number(seed);
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
  await round(name, 21, true);
  const before = census();
  for (let count = 0; count < Number(threads); count++) await round(name, random(40), count % 4 === 0);
  // Node closes what belongs to an ended thread in turns of its own.
  for (let turns = 0; census() !== before && turns < 500; turns++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const after = census();
  console.log(after === before ? 'the same' : `${before} ${after}`);
} else {
  const Loop = workerData.name === 'SelectorEventLoop' ? SelectorEventLoop : ProactorEventLoop;
  await run(work, { loopFactory: () => new Loop() });
}
