import { statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ValueError } from '@bight/contextvars';
import { Protocol } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { equal, fails, ok } from '../../check.js';
import { Recorder } from '../../recorder.js';
import { close } from './connections.js';

/** Servers and clients at paths. */
export const unixCases: CaseDefinition[] = suite(
  'NetLoop',
  'a Unix socket',
  (define) => {
    define('connects a client with a server', async ({ loop, run, directory }) => {
      const file = path.join(directory(), 'socket');
      await run(async () => {
        const accepting = loop.createFuture<Recorder>();
        const server = await loop.createUnixServer(
          () => {
            const protocol = new Recorder(loop);
            accepting.setResult(protocol);
            return protocol;
          },
          { path: file },
        );
        const [transport, client] = await loop.createUnixConnection(() => new Recorder(loop), {
          path: file,
        });
        transport.write(Buffer.from('hello'));
        const accepted = await accepting;
        equal(await accepted.bytes(5), 'hello');
        server.close();
        await close({ client, accepted });
        await server.waitClosed();
      });
    });

    define(
      'is a file that goes with its server',
      async ({ loop, run, directory }) => {
        const file = path.join(directory(), 'socket');
        await run(async () => {
          const server = await loop.createUnixServer(() => new Protocol(), { path: file });
          ok(statSync(file).isSocket());
          server.close();
          await server.waitClosed();
          equal(statSync(file, { throwIfNoEntry: false }), undefined);
        });
      },
      { needs: ['systemSockets'] },
    );

    define('with a listening server is in use, and that server goes on', async ({ loop, run, directory }) => {
      const file = path.join(directory(), 'socket');
      await run(async () => {
        const server = await loop.createUnixServer(() => new Protocol(), { path: file });
        const error = await fails(() => loop.createUnixServer(() => new Protocol(), { path: file }), Error);
        equal((error as NodeJS.ErrnoException).code, 'EADDRINUSE');
        equal(server.isServing(), true);
        server.close();
        server.abortClients();
        await server.waitClosed();
      });
    });

    define(
      'does not replace a file that is no socket',
      async ({ loop, run, directory }) => {
        const file = path.join(directory(), 'file');
        writeFileSync(file, 'precious');
        await run(async () => {
          await fails(() => loop.createUnixServer(() => new Protocol(), { path: file }), Error);
        });
        ok(statSync(file).isFile());
      },
      { needs: ['systemSockets'] },
    );

    define('needs a path or a socket, and not both', async ({ loop, run }) => {
      await run(async () => {
        await fails(() => loop.createUnixConnection(() => new Protocol(), {}), ValueError);
        await fails(() => loop.createUnixServer(() => new Protocol(), {}), ValueError);
        const sock = new net.Socket();
        await fails(() => loop.createUnixConnection(() => new Protocol(), { path: '/x', sock }), ValueError);
      });
    });
  },
  { states: WITH_SYSTEM },
);
