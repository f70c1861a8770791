import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RuntimeError, ValueError } from '@bight/contextvars';
import { CancelledError, type InetAddress } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../case.js';
import type { CaseContext } from '../case-context.js';
import { deepEqual, equal, fails, ok, throws } from '../check.js';

const HOST = '127.0.0.1';

// Loops that have these methods work with the sockets of that package, and no other loop needs it.
const sockets = () => import('@bight/sockets');

type Socket = InstanceType<Awaited<ReturnType<typeof sockets>>['Socket']>;

/** Two connected sockets, which are closed afterwards. */
async function socketpair({ defer }: CaseContext): Promise<[Socket, Socket]> {
  const pair = (await sockets()).socketpair();
  for (const socket of pair) defer(() => socket.close());
  return pair;
}

/** A socket that listens at a free port of this machine. */
async function listening({ defer }: CaseContext): Promise<[Socket, InetAddress]> {
  const { Socket } = await sockets();
  const socket = new Socket();
  defer(() => socket.close());
  socket.bind({ host: HOST, port: 0 });
  socket.listen();
  return [socket, socket.getsockname() as InetAddress];
}

/** `sockRecv()` and the other `sock…` methods. */
export const socketCases: CaseDefinition[] = [
  ...suite(
    'SocketLoop',
    'sockRecv()',
    (define) => {
      define('gives what has come, and waits for it', async (c) => {
        const { loop, run } = c;
        const [a, b] = await socketpair(c);
        await run(async () => {
          b.send(Buffer.from('there'));
          equal((await loop.sockRecv(a, 100)).toString(), 'there');
          const later = loop.sockRecv(a, 3);
          loop.callSoon(() => b.send(Buffer.from('later')));
          equal((await later).toString(), 'lat');
          equal((await loop.sockRecv(a, 100)).toString(), 'er');
        });
      });

      define('gives nothing when the other end has closed', async (c) => {
        const { loop, run } = c;
        const [a, b] = await socketpair(c);
        await run(async () => {
          b.close();
          equal((await loop.sockRecv(a, 100)).length, 0);
        });
      });

      define('can be cancelled and called again at once, and loses nothing', async (c) => {
        const { loop, run } = c;
        const [a, b] = await socketpair(c);
        await run(async () => {
          const first = loop.sockRecv(a, 100);
          first.cancel();
          const second = loop.sockRecv(a, 100);
          b.send(Buffer.from('kept'));
          equal((await second).toString(), 'kept');
          await fails(() => first, CancelledError);
        });
      });

      define('refuses what is no socket', async ({ loop, run }) => {
        await run(async () => void (await fails(() => loop.sockRecv({} as never, 1), TypeError)));
      });

      define(
        'refuses a blocking socket in debug mode',
        async (c) => {
          const { loop, run } = c;
          const [a] = await socketpair(c);
          a.setblocking(true);
          await run(async () => void (await fails(() => loop.sockRecv(a, 1), ValueError)));
        },
        { states: ['debug'] },
      );

      define(
        'is refused by a closed loop',
        async (c) => {
          const [a] = await socketpair(c);
          await fails(() => c.loop.sockRecv(a, 1), RuntimeError, 'closed');
        },
        { states: ['closed'] },
      );
    },
    { states: WITH_SYSTEM },
  ),

  ...suite(
    'SocketLoop',
    'a socket',
    (define) => {
      define('receives into memory with sockRecvInto()', async (c) => {
        const { loop, run } = c;
        const [a, b] = await socketpair(c);
        await run(async () => {
          const memory = Buffer.alloc(4);
          b.send(Buffer.from('memory'));
          equal(await loop.sockRecvInto(a, memory), 4);
          equal(memory.toString(), 'memo');
        });
      });

      define('sends everything with sockSendall(), however much', async (c) => {
        const { loop, run } = c;
        const [a, b] = await socketpair(c);
        await run(async () => {
          const size = 2 ** 21;
          const sending = loop.sockSendall(a, Buffer.alloc(size, 'x'));
          let received = 0;
          while (received < size) received += (await loop.sockRecv(b, 65536)).length;
          await sending;
          equal(received, size);
        });
      });

      define('connects and accepts with sockConnect() and sockAccept()', async (c) => {
        const { loop, run, defer } = c;
        const { Socket } = await sockets();
        const [server, address] = await listening(c);
        const client = new Socket();
        defer(() => client.close());
        await run(async () => {
          const accepting = loop.sockAccept(server);
          await loop.sockConnect(client, address);
          const [connection, peer] = await accepting;
          defer(() => connection.close());
          equal(peer.port, (client.getsockname() as InetAddress).port);
          await loop.sockSendall(connection, Buffer.from('welcome'));
          equal((await loop.sockRecv(client, 100)).toString(), 'welcome');
        });
      });

      define('that is refused fails with the code of the system', async (c) => {
        const { loop, run, defer } = c;
        const { Socket } = await sockets();
        const [server, address] = await listening(c);
        server.close();
        const client = new Socket();
        defer(() => client.close());
        await run(async () => {
          const error = await fails(() => loop.sockConnect(client, address), Error);
          equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
        });
      });

      define('sends and receives datagrams with their addresses', async (c) => {
        const { loop, run, defer } = c;
        const { Socket, AF_INET, SOCK_DGRAM } = await sockets();
        const [a, b] = [0, 1].map(() => {
          const socket = new Socket({ family: AF_INET, type: SOCK_DGRAM });
          defer(() => socket.close());
          socket.bind({ host: HOST, port: 0 });
          return socket;
        }) as [Socket, Socket];
        await run(async () => {
          equal(await loop.sockSendto(a, Buffer.from('one'), b.getsockname() as InetAddress), 3);
          const [data, address] = await loop.sockRecvfrom(b, 100);
          equal(data.toString(), 'one');
          equal(address.port, (a.getsockname() as InetAddress).port);
          await loop.sockSendto(a, Buffer.from('second'), b.getsockname() as InetAddress);
          const memory = Buffer.alloc(100);
          const [length] = await loop.sockRecvfromInto(b, memory);
          equal(memory.toString('latin1', 0, length), 'second');
        });
      });

      define('sends a file with sockSendfile()', async (c) => {
        const { loop, run, directory, defer } = c;
        const [a, b] = await socketpair(c);
        const file = path.join(directory(), 'file');
        writeFileSync(file, 'the content of a file');
        const descriptor = openSync(file, 'r');
        defer(() => closeSync(descriptor));
        await run(async () => {
          equal(await loop.sockSendfile(a, descriptor, { offset: 4, count: 7 }), 7);
          equal((await loop.sockRecv(b, 100)).toString(), 'content');
        });
      });
    },
    { states: WITH_SYSTEM },
  ),
];

/** `addReader()`, `addWriter()` and their removal. */
export const readinessCases: CaseDefinition[] = suite(
  'ReadinessLoop',
  'a descriptor',
  (define) => {
    define('calls its reader when it can be read, with its arguments', async (c) => {
      const { loop, run, trace } = c;
      const [a, b] = await socketpair(c);
      await run(
        () =>
          new Promise<void>((resolve) => {
            loop.addReader(
              a.fileno(),
              (name: string) => {
                trace.push(name, a.recv(100).toString());
                loop.removeReader(a.fileno());
                resolve();
              },
              ['reader'],
            );
            b.send(Buffer.from('hello'));
          }),
      );
      deepEqual(trace, ['reader', 'hello']);
    });

    define('calls its reader as long as there is something to read', async (c) => {
      const { loop, run, trace } = c;
      const [a, b] = await socketpair(c);
      await run(
        () =>
          new Promise<void>((resolve) => {
            loop.addReader(a, () => {
              trace.push(a.recv(1).toString());
              if (trace.length < 3) return;
              loop.removeReader(a);
              resolve();
            });
            b.send(Buffer.from('abc'));
          }),
      );
      deepEqual(trace, ['a', 'b', 'c']);
    });

    define('calls its writer when it can be written to', async (c) => {
      const { loop, run } = c;
      const [a] = await socketpair(c);
      await run(
        () =>
          new Promise<void>((resolve) => {
            loop.addWriter(a, () => {
              equal(loop.removeWriter(a), true);
              resolve();
            });
          }),
      );
    });

    define('has one reader, which another one replaces', async (c) => {
      const { loop, run, trace, note } = c;
      const [a, b] = await socketpair(c);
      await run(
        () =>
          new Promise<void>((resolve) => {
            loop.addReader(a, note('first'));
            loop.addReader(a, () => {
              trace.push('second');
              loop.removeReader(a);
              resolve();
            });
            b.send(Buffer.from('x'));
          }),
      );
      deepEqual(trace, ['second']);
    });

    define('has a reader and a writer, which do not disturb each other', async (c) => {
      const { loop, run, trace } = c;
      const [a, b] = await socketpair(c);
      await run(
        () =>
          new Promise<void>((resolve) => {
            loop.addReader(a, () => {
              trace.push('reader');
              loop.removeReader(a);
              resolve();
            });
            loop.addWriter(a, () => {
              loop.removeWriter(a);
              b.send(Buffer.from('x'));
            });
          }),
      );
      deepEqual(trace, ['reader']);
    });

    define('says whether it was watched when it is no more', async (c) => {
      const { loop, run, note } = c;
      const [a] = await socketpair(c);
      await run(() => {
        equal(loop.removeReader(a), false);
        equal(loop.removeWriter(a), false);
        loop.addReader(a, note());
        equal(loop.removeWriter(a), false);
        equal(loop.removeReader(a), true);
        equal(loop.removeReader(a), false);
      });
    });

    define('does not call a reader that was removed', async (c) => {
      const { loop, run, trace, note, turns } = c;
      const [a, b] = await socketpair(c);
      await run(async () => {
        loop.addReader(a, note('removed'));
        loop.removeReader(a);
        b.send(Buffer.from('x'));
        for (let n = 0; n < 3; n++) {
          await new Promise<void>((resolve) => setImmediate(() => loop.callSoonThreadsafe(resolve)));
        }
        await turns(3);
      });
      deepEqual(trace, []);
    });

    define(
      'reports what a reader throws',
      async (c) => {
        const { loop, run } = c;
        const [a, b] = await socketpair(c);
        await run(
          () =>
            new Promise<void>((resolve) => {
              loop.addReader(a, () => {
                loop.removeReader(a);
                loop.callSoon(() => resolve());
                throw new RangeError('thrown by a reader');
              });
              b.send(Buffer.from('x'));
            }),
        );
        equal(c.report().exception?.message, 'thrown by a reader');
      },
      { needs: ['ErrorHandlingLoop'] },
    );

    define('is a number, or has a fileno()', async ({ loop, run, note }) => {
      await run(() => {
        throws(() => loop.addReader('1' as never, note()), TypeError);
        throws(() => loop.addReader(-1, note()), ValueError);
        throws(() => loop.addWriter({} as never, note()), TypeError);
      });
    });

    define('needs a function to call', async (c) => {
      const { loop, run } = c;
      const [a] = await socketpair(c);
      await run(() => {
        throws(() => loop.addReader(a, null as never), TypeError);
        throws(() => loop.addWriter(a, 1 as never), TypeError);
      });
    });

    define(
      'is not watched by a closed loop',
      async (c) => {
        const { loop, note } = c;
        const [a] = await socketpair(c);
        ok(loop.isClosed());
        throws(() => loop.addReader(a, note()), RuntimeError, 'closed');
        throws(() => loop.addWriter(a, note()), RuntimeError, 'closed');
      },
      { states: ['closed'] },
    );
  },
  { states: WITH_SYSTEM },
);
