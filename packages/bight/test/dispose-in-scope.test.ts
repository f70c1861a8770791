import { ThreadPoolExecutor } from '@bight/executors';
import { describe, expect, test } from '@jest/globals';
import { CancelScope, currentTask, openConnection, sleep, startServer, TaskGroup } from 'bight';
import { inLoop, loopClasses } from './support/in-loop.js';

describe('the end of an await using block in a cancelled scope', () => {
  test.each(loopClasses)(
    'closes a server at once, and does not wait for its connections ($name)',
    ({ Loop }) =>
      inLoop(async () => {
        const scope = new CancelScope();
        let server: Awaited<ReturnType<typeof startServer>> | undefined;
        const clients: Awaited<ReturnType<typeof openConnection>>[] = [];
        await scope.run(async () => {
          await using own = await startServer(
            async (reader, writer) => {
              await reader.read();
              writer.close();
            },
            { host: '127.0.0.1' },
          );
          server = own;
          const { port } = own.sockets[0]!.getsockname() as { port: number };
          clients.push(await openConnection({ host: '127.0.0.1', port }));
          scope.cancel();
          await sleep(3600);
        });
        expect([scope.cancelledCaught, server?.isServing()]).toEqual([true, false]);
        expect(currentTask()?.cancelling()).toBe(0);
        for (const [, writer] of clients) {
          writer.close();
          await writer.waitClosed();
        }
        await server?.waitClosed();
      }, Loop),
  );

  test('waits for the children of a group, which are cancelled', () =>
    inLoop(async () => {
      const scope = new CancelScope();
      const steps: string[] = [];
      await scope.run(async () => {
        await using group = new TaskGroup();
        group.createTask(async () => {
          try {
            await sleep(3600);
          } finally {
            await new CancelScope({ shield: true }).run(() => sleep(0.002));
            steps.push('child is clean');
          }
        });
        await sleep(0);
        scope.cancel();
        await sleep(3600);
      });
      steps.push('left');
      expect([scope.cancelledCaught, steps]).toEqual([true, ['child is clean', 'left']]);
    }));

  test('waits for the calls of a pool', () =>
    inLoop(async () => {
      const scope = new CancelScope();
      let call: Promise<number> | undefined;
      await scope.run(async () => {
        await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
        call = pool.submit(() => 1 + 1) as unknown as Promise<number>;
        scope.cancel();
        await sleep(3600);
      });
      expect([scope.cancelledCaught, await call]).toEqual([true, 2]);
    }));
});
