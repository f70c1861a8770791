import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextVar } from '@bight/contextvars';
import { getRunningLoop } from '@bight/loop-core';
import { describe, expect, test } from '@jest/globals';
import { drivers, runOn } from '../support/loops.js';
import { serve } from '../support/pairs.js';

describe.each(drivers)('$name: the context of a connection', ({ Loop }) => {
  test('callbacks run in the context in which the connection was created', async () => {
    await runOn(Loop, async (loop) => {
      const who = new ContextVar<string>('who', { default: 'default' });
      const storage = new AsyncLocalStorage<string>();
      const seen: string[] = [];
      const done = loop.createFuture<void>();
      const look = (event: string) =>
        seen.push(`${event} ${who.get()} ${storage.getStore()} ${getRunningLoop() === loop}`);
      who.set('server');
      const { host, port } = await storage.run('server store', () =>
        serve(loop, () => ({
          connectionMade: () => look('s made'),
          dataReceived: () => look('s data'),
          eofReceived: () => {
            look('s eof');
          },
          connectionLost: () => {
            look('s lost');
            done.setResult(undefined);
          },
        })),
      );
      who.set('client');
      const [transport] = await storage.run('client store', () =>
        loop.createConnection(
          () => {
            look('c factory');
            return { connectionMade: () => look('c made'), connectionLost: () => look('c lost') };
          },
          { host, port },
        ),
      );
      who.set('elsewhere');
      await storage.run('another store', async () => {
        transport.write(Buffer.from('x'));
        transport.close();
        await done;
      });
      expect(seen.filter((line) => line.startsWith('s'))).toEqual([
        's made server server store true',
        's data server server store true',
        's eof server server store true',
        's lost server server store true',
      ]);
      expect(seen.filter((line) => line.startsWith('c'))).toEqual([
        'c factory client client store true',
        'c made client client store true',
        'c lost client client store true',
      ]);
    });
  });

  test('what a callback sets is seen by later ones of the same connection only', async () => {
    await runOn(Loop, async (loop) => {
      const number = new ContextVar<number>('number', { default: 0 });
      const seen: number[] = [];
      const all = loop.createFuture<void>();
      let made = 0;
      const { host, port } = await serve(loop, () => {
        const own = ++made;
        return {
          dataReceived: () => {
            number.set(number.get() + own);
          },
          connectionLost: () => {
            seen.push(number.get());
            if (seen.length === 2) all.setResult(undefined);
          },
        };
      });
      for (let client = 0; client < 2; client++) {
        const [transport] = await loop.createConnection(() => ({}), { host, port });
        transport.write(Buffer.from('x'));
        transport.close();
      }
      await all;
      expect(seen.sort()).toEqual([1, 2]);
      expect(number.get()).toBe(0);
    });
  });
});
