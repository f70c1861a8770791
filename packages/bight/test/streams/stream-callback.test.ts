import { expect, test } from '@jest/globals';
import {
  type AbstractEventLoop,
  allTasks,
  CapacityLimiter,
  type ClientConnectedCallback,
  ContextVar,
  createTask,
  currentTask,
  failAfter,
  openConnection,
  StreamReader as Reader,
  type StreamReader,
  StreamReaderProtocol,
  sleep,
  startServer,
  TaskGroup,
  timeout,
} from 'bight';
import { describeOnEachLoop, run } from '../support/each-loop.js';
import { inLoop } from '../support/in-loop.js';
import { turns } from '../support/turns.js';

const transport = { getExtraInfo: () => null, isClosing: () => false, close() {} };

function protocolOf(loop: AbstractEventLoop, serve: ClientConnectedCallback): StreamReaderProtocol {
  return new StreamReaderProtocol(new Reader({ loop }), serve, loop);
}

test('a plain function is called within connectionMade, and makes no task', () =>
  inLoop(async (loop) => {
    const events: unknown[] = [];
    const protocol = protocolOf(loop, (reader: StreamReader) => {
      events.push(reader instanceof Reader);
    });
    protocol.connectionMade(transport as never);
    expect(events).toEqual([true]);
    await turns(1);
  }));

test.each([
  ['a callback', (call: () => void, loop: AbstractEventLoop) => void loop.callSoon(call)],
  ['a task', (call: () => void) => void createTask(async () => call())],
  ['an eager task', (call: () => void) => void createTask(async () => call(), { eagerStart: true })],
])('a plain function has no task and the context of connectionMade, which runs in %s', (_, start) =>
  inLoop(async (loop) => {
    const place = new ContextVar<string>('place');
    const seen: unknown[] = [];
    start(() => {
      place.set('connectionMade');
      const before = allTasks().size;
      const protocol = protocolOf(loop, () => {
        seen.push(currentTask(), place.get(), allTasks().size - before);
        place.set('the callback');
      });
      protocol.connectionMade(transport as never);
      seen.push(place.get());
    }, loop);
    await turns(2);
    expect(seen).toEqual([null, 'connectionMade', 0, 'the callback']);
  }),
);

test('what a plain function throws is thrown out of connectionMade', () =>
  inLoop(async (loop) => {
    const protocol = protocolOf(loop, () => {
      throw new TypeError('wrong');
    });
    expect(() => protocol.connectionMade(transport as never)).toThrow(new TypeError('wrong'));
    await turns(1);
  }));

test('an async function becomes a task, which starts in a later turn', () =>
  inLoop(async (loop) => {
    const events: unknown[] = [];
    protocolOf(loop, async () => {
      events.push(currentTask() !== null);
    }).connectionMade(transport as never);
    expect(events).toEqual([]);
    await turns(2);
    expect(events).toEqual([true]);
  }));

test('a plain function that returns a promise is served by a task', () =>
  inLoop(async (loop) => {
    const events: unknown[] = [];
    const serve = async (): Promise<void> => {
      events.push(currentTask());
      await sleep(0);
      events.push(currentTask()?.getName() === [...allTasks()].at(-1)?.getName());
    };
    protocolOf(loop, () => serve()).connectionMade(transport as never);
    await turns(3);
    // Until it returns, nothing distinguishes it from a function that is no coroutine.
    expect(events).toEqual([null, true]);
  }));

test.each<[string, (expired: () => void) => Promise<void>]>([
  [
    'timeout()',
    async (expired) =>
      await timeout(0.001)
        .run(async () => await sleep(60))
        .catch(expired),
  ],
  [
    'failAfter()',
    async (expired) =>
      await failAfter(0.001)
        .run(async () => await sleep(60))
        .catch(expired),
  ],
  [
    'a TaskGroup',
    async (expired) => {
      await TaskGroup.run(async (group) => {
        group.createTask(async () => {
          throw new Error('in a child');
        });
        await sleep(60);
      }).catch(expired);
    },
  ],
  ['a CapacityLimiter', async (expired) => await new CapacityLimiter(1).run(async () => expired())],
])('what a plain function awaits first may be in %s', (_, serve) =>
  inLoop(async (loop) => {
    const expired = loop.createFuture<void>();
    protocolOf(loop, () => serve(() => expired.setResult())).connectionMade(transport as never);
    await expired;
    await turns(2);
  }),
);

test('a plain function that returns a generator is served by a task, whose error closes the connection', async () => {
  const events: unknown[] = [];
  await inLoop(async (loop) => {
    loop.setExceptionHandler((_, { message }) => events.push(message));
    function* serve() {
      yield* sleep(0);
      throw new Error('in the middle');
    }
    const closable = { ...transport, close: () => events.push('closed') };
    protocolOf(loop, () => serve()).connectionMade(closable as never);
    await turns(3);
  });
  expect(events).toEqual(['Unhandled exception in clientConnectedCallback', 'closed']);
});

describeOnEachLoop('startServer()', () => {
  test('serves with a plain function', () =>
    run(async () => {
      const server = await startServer(
        (_, writer) => {
          writer.write(Buffer.from('plain'));
          writer.close();
        },
        { host: '127.0.0.1' },
      );
      const { host, port } = server.sockets[0]!.getsockname();
      const [reader, writer] = await openConnection({ host, port });
      expect(String(await reader.read())).toBe('plain');
      writer.close();
      await writer.waitClosed();
      server.close();
      await server.waitClosed();
    }));
});
