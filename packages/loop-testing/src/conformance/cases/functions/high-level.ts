import { type InetAddress, PIPE } from '@bight/loop-abstract';
import { gather } from '@bight/loop-core';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal } from '../../check.js';
import type { HighLevel } from '../../high-level.js';
import { channelCases } from './channels.js';
import { signalReceiverCases } from './signal-receiver.js';

/** What `bight` builds on tasks, on a loop that need not be its own. */
export const highLevelCases = (bight: HighLevel): CaseDefinition[] => [
  ...synchronizing(bight),
  ...queueing(bight),
  ...channelCases(bight),
  ...streaming(bight),
  ...signalReceiverCases(bight),
];

const synchronizing = ({ Lock, Semaphore, Event, Condition, Barrier }: HighLevel) =>
  suite('TaskLoop', 'of bight,', (define) => {
    define('a Lock is held by one task after the other', async ({ task, trace, turns }) => {
      await task(async () => {
        const lock = new Lock();
        const hold = (name: string) => async () => {
          await lock.acquire();
          trace.push(`${name} in`);
          await turns(2);
          trace.push(`${name} out`);
          lock.release();
        };
        await gather([hold('a'), hold('b'), hold('c')]);
      });
      deepEqual(trace, ['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    });

    define('a Semaphore lets so many in', async ({ task, turns }) => {
      let most = 0;
      await task(async () => {
        const semaphore = new Semaphore({ value: 2 });
        let inside = 0;
        const enter = async () => {
          await semaphore.acquire();
          most = Math.max(most, ++inside);
          await turns(2);
          inside--;
          semaphore.release();
        };
        await gather([enter, enter, enter, enter, enter]);
      });
      equal(most, 2);
    });

    define('an Event wakes all, and a Condition one', async ({ loop, task, trace }) => {
      await task(async () => {
        const event = new Event();
        const condition = new Condition();
        const byEvent = (name: string) => async () => {
          await event.wait();
          trace.push(name);
        };
        const byCondition = async () => {
          await condition.acquire();
          await condition.wait();
          trace.push('notified');
          condition.release();
        };
        const notify = async () => {
          await condition.acquire();
          condition.notify();
          condition.release();
        };
        loop.callSoon(() => event.set());
        await gather([byEvent('a'), byEvent('b'), byCondition, notify]);
      });
      deepEqual(trace.sort(), ['a', 'b', 'notified']);
    });

    define('a Barrier waits for all parties', async ({ task }) => {
      const places = await task(async () => {
        const barrier = new Barrier(3);
        const arrive = async () => await barrier.wait();
        return await gather([arrive, arrive, arrive]);
      });
      deepEqual([...places].sort(), [0, 1, 2]);
    });
  });

const queueing = ({ Queue, PriorityQueue, LifoQueue }: HighLevel) =>
  suite('TaskLoop', 'of bight,', (define) => {
    for (const [name, Class, order] of [
      ['Queue', Queue, [2, 3, 1]],
      ['PriorityQueue', PriorityQueue, [1, 2, 3]],
      ['LifoQueue', LifoQueue, [1, 3, 2]],
    ] as const) {
      define(`a ${name} hands items on in its order, and is joined`, async ({ loop, task }) => {
        const got = await task(async () => {
          const queue = new Class();
          for (const item of [2, 3, 1]) await queue.put(item);
          const items: unknown[] = [];
          const consumer = loop.createTask(async () => {
            while (items.length < 3) {
              items.push(await queue.get());
              queue.taskDone();
            }
          });
          await queue.join();
          await consumer;
          return items;
        });
        deepEqual(got, order);
      });
    }
  });

const streaming = (bight: HighLevel) => [
  ...suite('TaskLoop', 'of bight,', (define) => {
    define('a StreamReader gives what it is fed', async ({ loop, task }) => {
      const parts = await task(async () => {
        const reader = new bight.StreamReader();
        loop.callSoon(() => {
          reader.feedData(Buffer.from('line\nexactly, and '));
          loop.callSoon(() => {
            reader.feedData(Buffer.from('the rest'));
            reader.feedEof();
          });
        });
        return [await reader.readline(), await reader.readexactly(7), await reader.read()];
      });
      deepEqual(parts.map(String), ['line\n', 'exactly', ', and the rest']);
    });
  }),
  ...suite(
    'NetLoop',
    'of bight,',
    (define) => {
      define('startServer() and openConnection() make streams', async ({ task }) => {
        const answer = await task(async () => {
          const server = await bight.startServer(
            async (reader, writer) => {
              await writer.send(await reader.readline());
              writer.close();
            },
            { host: '127.0.0.1' },
          );
          const { host, port } = server.sockets[0]!.getsockname() as InetAddress;
          const [reader, writer] = await bight.openConnection({ host, port });
          writer.write(Buffer.from('echo\n'));
          const read = await reader.read();
          writer.close();
          await writer.waitClosed();
          server.close();
          await server.waitClosed();
          return String(read);
        });
        equal(answer, 'echo\n');
      });
    },
    { states: WITH_SYSTEM },
  ),
  ...suite(
    'SubprocessLoop',
    'of bight,',
    (define) => {
      define('createSubprocessExec() gives a Process to communicate with', async ({ task }) => {
        const output = await task(async () => {
          const process = await bight.createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
          const [read] = await process.communicate(Buffer.from('through cat'));
          return String(read);
        });
        equal(output, 'through cat');
      });
    },
    { states: WITH_SYSTEM },
  ),
];
