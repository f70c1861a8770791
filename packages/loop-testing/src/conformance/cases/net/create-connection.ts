import net from 'node:net';
import { RuntimeError, ValueError } from '@bight/contextvars';
import { type BaseTransport, CancelledError, Protocol } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal, fails } from '../../check.js';
import { Recorder } from '../../recorder.js';
import { HOST, portOf } from './connections.js';

/** Clients. */
export const createConnectionCases: CaseDefinition[] = suite(
  'NetLoop',
  'createConnection()',
  (define) => {
    define('fails with the code of the system', async ({ loop, run }) => {
      const free = await freePort();
      await run(async () => {
        const error = await fails(
          () => loop.createConnection(() => new Protocol(), { host: HOST, port: free }),
          Error,
        );
        equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      });
    });

    define('checks its arguments before anything is opened', async ({ loop, run, trace, note }) => {
      const factory = () => {
        note('made')();
        return new Protocol();
      };
      await run(async () => {
        await fails(() => loop.createConnection(null as never, { host: HOST, port: 1 }), TypeError);
        await fails(() => loop.createConnection(factory, {}), ValueError);
        await fails(() => loop.createConnection(factory, { host: 5 as never, port: 1 }), TypeError);
        await fails(
          () => loop.createConnection(factory, { host: HOST, port: 1, sock: new net.Socket() }),
          ValueError,
        );
        await fails(
          () => loop.createConnection(factory, { host: HOST, port: 1, serverHostname: 'name' }),
          ValueError,
        );
      });
      deepEqual(trace, []);
    });

    define('can be cancelled, and makes no protocol then', async ({ loop, run, trace, note }) => {
      await run(async () => {
        const server = await loop.createServer(() => new Protocol(), { host: HOST });
        const connecting = loop.createConnection(
          () => {
            note('made')();
            return new Protocol();
          },
          { host: HOST, port: portOf(server) },
        );
        connecting.cancel();
        await fails(() => connecting, CancelledError);
        server.close();
        server.abortClients();
        await server.waitClosed();
      });
      deepEqual(trace, []);
    });

    define(
      'takes over a socket that is connected',
      async ({ loop, run }) => {
        await run(async () => {
          const server = await loop.createServer(
            () =>
              new (class extends Protocol {
                override connectionMade(transport: BaseTransport): void {
                  (transport as Recorder['transport']).write(Buffer.from('hello'));
                  transport.close();
                }
              })(),
            { host: HOST },
          );
          const sock = net.connect(portOf(server), HOST);
          await new Promise((resolve) => sock.once('connect', resolve));
          const [, client] = await loop.createConnection(() => new Recorder(loop), { sock });
          equal(await client.bytes(5), 'hello');
          await client.lost;
          server.close();
          await server.waitClosed();
        });
      },
      { needs: ['systemSockets'] },
    );

    define(
      'is refused by a closed loop',
      async ({ loop }) => {
        await fails(
          () => loop.createConnection(() => new Protocol(), { host: HOST, port: 1 }),
          RuntimeError,
          'closed',
        );
      },
      { states: ['closed'] },
    );
  },
  { states: WITH_SYSTEM },
);

/** A port without a listener. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, HOST);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
