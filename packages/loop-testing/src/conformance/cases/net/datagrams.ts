import path from 'node:path';
import { RuntimeError, ValueError } from '@bight/contextvars';
import type { InetAddress } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal, fails } from '../../check.js';
import { HOST } from './connections.js';
import { DatagramRecorder } from './datagram-recorder.js';

const AF_UNIX = 1;

/** Datagrams. */
export const datagramCases: CaseDefinition[] = suite(
  'NetLoop',
  'a datagram endpoint',
  (define) => {
    define('sends to an address, and gives the sender', async ({ loop, run }) => {
      await run(async () => {
        const [a, alice] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
          localAddr: { host: HOST, port: 0 },
        });
        const [b, bob] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
          localAddr: { host: HOST, port: 0 },
        });
        const address = b.getExtraInfo('sockname') as InetAddress;
        a.sendto(Buffer.from('hello'), { host: HOST, port: address.port });
        await bob.next();
        const [text, sender] = bob.received[0] as [string, InetAddress];
        equal(text, 'hello');
        equal(sender.port, (a.getExtraInfo('sockname') as InetAddress).port);
        b.sendto(Buffer.from('back'), sender);
        await alice.next();
        equal(alice.received[0]?.[0], 'back');
        a.close();
        b.close();
        await alice.lost.promise;
        await bob.lost.promise;
      });
    });

    define('may be connected to one address', async ({ loop, run }) => {
      await run(async () => {
        const [server, receiver] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
          localAddr: { host: HOST, port: 0 },
        });
        const { port } = server.getExtraInfo('sockname') as InetAddress;
        const [client, sender] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
          remoteAddr: { host: HOST, port },
        });
        equal((client.getExtraInfo('peername') as InetAddress).port, port);
        client.sendto(Buffer.from('one'));
        client.sendto(Buffer.from(''));
        client.sendto(Buffer.from('three'));
        await receiver.next(3);
        deepEqual(
          receiver.received.map(([text]) => text),
          ['one', '', 'three'],
        );
        client.close();
        server.abort();
        await sender.lost.promise;
        await receiver.lost.promise;
      });
    });

    define('sends what is queued before close() ends it', async ({ loop, run }) => {
      await run(async () => {
        const [server, receiver] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
          localAddr: { host: HOST, port: 0 },
        });
        const { port } = server.getExtraInfo('sockname') as InetAddress;
        const [client, sender] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
          remoteAddr: { host: HOST, port },
        });
        for (let n = 0; n < 10; n++) client.sendto(Buffer.from(String(n)));
        client.close();
        equal(client.isClosing(), true);
        await sender.lost.promise;
        await receiver.next(10);
        equal(receiver.received.map(([text]) => text).join(''), '0123456789');
        server.close();
        await receiver.lost.promise;
      });
    });

    define('needs an address, a family or a socket', async ({ loop, run }) => {
      await run(async () => {
        await fails(() => loop.createDatagramEndpoint(() => new DatagramRecorder(), {}), ValueError);
        await fails(() => loop.createDatagramEndpoint(null as never, { family: 2 }), TypeError);
        await fails(
          () =>
            loop.createDatagramEndpoint(() => new DatagramRecorder(), {
              reuseAddress: true,
              family: 2,
            } as never),
          TypeError,
        );
      });
    });

    define(
      'may be at a path',
      async ({ loop, run, directory }) => {
        const file = path.join(directory(), 'datagrams');
        await run(async () => {
          const [server, receiver] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
            family: AF_UNIX,
            localAddr: file,
          });
          const [client, sender] = await loop.createDatagramEndpoint(() => new DatagramRecorder(), {
            family: AF_UNIX,
            remoteAddr: file,
          });
          client.sendto(Buffer.from('by path'));
          await receiver.next();
          equal(receiver.received[0]?.[0], 'by path');
          client.close();
          server.close();
          await sender.lost.promise;
          await receiver.lost.promise;
        });
      },
      { needs: ['unixDatagrams'] },
    );

    define(
      'is refused by a closed loop',
      async ({ loop }) => {
        await fails(
          () =>
            loop.createDatagramEndpoint(() => new DatagramRecorder(), { localAddr: { host: HOST, port: 0 } }),
          RuntimeError,
          'closed',
        );
      },
      { states: ['closed'] },
    );
  },
  { states: WITH_SYSTEM },
);
