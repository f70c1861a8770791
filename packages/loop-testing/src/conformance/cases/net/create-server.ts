import net from 'node:net';
import { RuntimeError, ValueError } from '@bight/contextvars';
import { CancelledError, Protocol } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal, fails, ok } from '../../check.js';
import { close, connect, HOST, portOf } from './connections.js';

/** Servers. */
export const createServerCases: CaseDefinition[] = suite(
  'NetLoop',
  'createServer()',
  (define) => {
    define('listens at a free port where none is given', async ({ loop, run }) => {
      await run(async () => {
        const server = await loop.createServer(() => new Protocol(), { host: HOST });
        equal(server.isServing(), true);
        equal(server.getLoop(), loop);
        ok(portOf(server) > 0);
        server.close();
        equal(server.isServing(), false);
        deepEqual([...server.sockets], []);
        await server.waitClosed();
      });
    });

    define('accepts nothing before startServing() with startServing: false', async ({ loop, run }) => {
      await run(async () => {
        const server = await loop.createServer(() => new Protocol(), { host: HOST, startServing: false });
        equal(server.isServing(), false);
        await server.startServing();
        equal(server.isServing(), true);
        server.close();
        await server.waitClosed();
        await fails(() => server.startServing(), RuntimeError);
      });
    });

    define('serves until serveForever() is cancelled', async ({ loop, run, turns }) => {
      await run(async () => {
        const server = await loop.createServer(() => new Protocol(), { host: HOST, startServing: false });
        const serving = server.serveForever();
        await turns(3);
        equal(server.isServing(), true);
        serving.cancel();
        await fails(() => serving, CancelledError);
        equal(server.isServing(), false);
        await server.waitClosed();
      });
    });

    define('waits for its connections in waitClosed()', async (c) => {
      const { run, turns, trace } = c;
      await run(async () => {
        const pair = await connect(c);
        const closed = pair.server.waitClosed().then(() => trace.push('closed'));
        await turns(5);
        deepEqual(trace, []);
        await close(pair);
        await closed;
      });
      deepEqual(trace, ['closed']);
    });

    define('closes its connections on request, or aborts them', async (c) => {
      for (const method of ['closeClients', 'abortClients'] as const) {
        await c.run(async () => {
          const { server, client, accepted } = await connect(c);
          server[method]();
          await accepted.lost;
          await client.lost;
          await server.waitClosed();
        });
      }
    });

    define('can be left with await using', async ({ loop, run }) => {
      await run(async () => {
        const server = await loop.createServer(() => new Protocol(), { host: HOST });
        await server[Symbol.asyncDispose]();
        equal(server.isServing(), false);
      });
    });

    define('fails with the code of the system where another server listens', async ({ loop, run }) => {
      await run(async () => {
        const server = await loop.createServer(() => new Protocol(), { host: HOST });
        const second = () => loop.createServer(() => new Protocol(), { host: HOST, port: portOf(server) });
        equal(((await fails(second, Error)) as NodeJS.ErrnoException).code, 'EADDRINUSE');
        server.close();
        await server.waitClosed();
      });
    });

    define('checks its arguments before anything is opened', async ({ loop, run }) => {
      const factory = () => new Protocol();
      await run(async () => {
        await fails(() => loop.createServer('factory' as never), TypeError);
        await fails(() => loop.createServer(factory, { host: HOST, port: -1 }), ValueError);
        await fails(() => loop.createServer(factory, { host: HOST, ssl: true as never }), TypeError);
        await fails(() => loop.createServer(factory, { host: HOST, sock: net.createServer() }), ValueError);
      });
    });

    define(
      'is refused by a closed loop',
      async ({ loop }) => {
        await fails(() => loop.createServer(() => new Protocol(), { host: HOST }), RuntimeError, 'closed');
      },
      { states: ['closed'] },
    );
  },
  { states: WITH_SYSTEM },
);
