import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import {
  createDefaultContext,
  createSubprocessExec,
  createTask,
  DatagramProtocol,
  Event,
  gather,
  getRunningLoop,
  type InetAddress,
  Lock,
  PIPE,
  ProactorEventLoop,
  Protocol,
  Queue,
  run,
  SelectorEventLoop,
  sleep,
  waitFor,
} from '../src/index.js';

const loops = { SelectorEventLoop, ProactorEventLoop };

test.each(Object.entries(loops))('what %s makes is one line in console.log()', async (_name, Loop) => {
  await run(
    async () => {
      const loop = getRunningLoop();
      const task = createTask(() => sleep(1000), { name: 'sleeper' });
      await sleep(0);
      const server = await loop.createServer(() => new Protocol(), { port: 0, host: '127.0.0.1' });
      const { host, port } = server.sockets[0]!.getsockname() as InetAddress;
      const [transport] = await loop.createConnection(() => new Protocol(), { host, port });
      const [datagrams] = await loop.createDatagramEndpoint(() => new DatagramProtocol(), {
        localAddr: { host, port: 0 },
      });
      const child = await createSubprocessExec('cat', [], { stdin: PIPE });
      const timer = loop.callLater(1000, () => {});
      const things = {
        loop,
        task,
        server,
        transport,
        datagrams,
        child,
        timer,
        future: loop.createFuture(),
        handle: loop.callSoon(() => {}),
        gathering: gather([task]),
        waiting: waitFor(task, 1000),
        sleeping: sleep(0),
        lock: new Lock(),
        queue: new Queue(),
        event: new Event(),
        context: createDefaultContext(),
      };
      for (const [name, thing] of Object.entries(things)) {
        const text = String(thing);
        const expected = text.startsWith('[object ') ? `<${thing.constructor.name}>` : text;
        expect(`${name}: ${inspect(thing)}`).toBe(`${name}: ${expected}`);
        expect(inspect({ thing: [thing] }, { breakLength: Infinity })).toBe(`{ thing: [ ${expected} ] }`);
      }
      expect(inspect(Object.assign(new Error('failed'), { task }))).toContain(
        "task: <Task pending name='sleeper'",
      );
      timer.cancel();
      for (const closable of [transport, datagrams]) closable.close();
      server.close();
      await server.waitClosed();
      child.stdin?.close();
      await child.wait();
      things.gathering.cancel();
      things.waiting.cancel();
      await Promise.allSettled([things.gathering, things.waiting]);
    },
    { loopFactory: () => new Loop() },
  );
});
