import type { InetAddress } from '@bight/loop-abstract';
import { currentTask } from '@bight/loop-core';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal } from '../../check.js';
import type { HighLevel } from '../../high-level.js';

/** Readers, writers, and the connections that they come from. */
export const streamCases = (bight: HighLevel): CaseDefinition[] => [
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

      define('a plain function serves within connectionMade(), without a task', async ({ loop, task }) => {
        await task(async () => {
          const served = loop.createFuture<unknown>();
          const server = await bight.startServer(
            (_reader, writer) => {
              served.setResult(currentTask({ loop }));
              writer.close();
            },
            { host: '127.0.0.1' },
          );
          const { host, port } = server.sockets[0]!.getsockname() as InetAddress;
          const [reader, writer] = await bight.openConnection({ host, port });
          equal(await served, null);
          equal(String(await reader.read()), '');
          writer.close();
          server.close();
          await server.waitClosed();
        });
      });

      define('a StreamReaderProtocol and a StreamWriter are made by hand', async ({ loop, task }) => {
        await task(async () => {
          const server = await loop.createServer(
            () =>
              new bight.StreamReaderProtocol(
                new bight.StreamReader(),
                async (reader, writer) => {
                  await writer.send(await reader.read());
                  writer.close();
                },
                loop,
              ),
            { host: '127.0.0.1' },
          );
          const { host, port } = server.sockets[0]!.getsockname() as InetAddress;
          const reader = new bight.StreamReader();
          const [transport, protocol] = await loop.createConnection(
            () => new bight.StreamReaderProtocol(reader, null, loop),
            { host, port },
          );
          const writer = new bight.StreamWriter(transport, protocol, reader, loop);
          writer.write(Buffer.from('by hand'));
          writer.writeEof();
          equal(String(await reader.read()), 'by hand');
          writer.close();
          await writer.waitClosed();
          server.close();
          await server.waitClosed();
        });
      });
    },
    { states: WITH_SYSTEM },
  ),
  ...suite(
    'NetLoop',
    'of bight,',
    (define) => {
      define('startUnixServer() and openUnixConnection() make streams', async ({ directory, task }) => {
        const path = `${directory()}/socket`;
        const answer = await task(async () => {
          const server = await bight.startUnixServer(
            async (reader, writer) => {
              await writer.send(await reader.readline());
              writer.close();
            },
            { path },
          );
          const [reader, writer] = await bight.openUnixConnection({ path });
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
    { states: WITH_SYSTEM, needs: ['systemSockets'] },
  ),
];
