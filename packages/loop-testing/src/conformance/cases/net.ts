import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { ContextVar, RuntimeError, ValueError } from '@bight/contextvars';
import {
  type AbstractServer,
  type AddrInfo,
  type BaseTransport,
  BufferedProtocol,
  CancelledError,
  DatagramProtocol,
  type DatagramTransport,
  type InetAddress,
  Protocol,
  SendfileNotAvailableError,
} from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../case.js';
import { deepEqual, equal, fails, ok } from '../check.js';
import type { Ground } from '../ground.js';
import { Recorder } from '../recorder.js';

const colour = new ContextVar('colour', { default: 'none' });
const HOST = '127.0.0.1';
const AF_UNIX = 1;

/** A TCP connection of the loop with itself; the server accepts no others. */
async function connect({ loop }: Ground, made?: (accepted: Recorder) => void) {
  const accepting = loop.createFuture<Recorder>();
  const server = await loop.createServer(
    () => {
      const protocol = new Recorder(loop);
      made?.(protocol);
      accepting.setResult(protocol);
      return protocol;
    },
    { host: HOST },
  );
  const [transport, client] = await loop.createConnection(() => new Recorder(loop), {
    host: HOST,
    port: portOf(server),
  });
  const accepted = await accepting;
  server.close();
  return { server, transport, client, accepted };
}

const portOf = (server: AbstractServer): number => server.sockets[0]?.getsockname().port ?? 0;

/** Closes both ends, and waits for the end of both. */
async function close({ client, accepted }: { client: Recorder; accepted: Recorder }): Promise<void> {
  client.transport.abort();
  accepted.transport.abort();
  await client.lost;
  await accepted.lost;
}

class Datagrams extends DatagramProtocol {
  readonly received: [string, InetAddress][] = [];
  transport!: DatagramTransport;
  onDatagram: () => void = () => {};
  readonly lost: { promise: Promise<void>; resolve: () => void };

  constructor() {
    super();
    let resolve!: () => void;
    const promise = new Promise<void>((settle) => {
      resolve = settle;
    });
    this.lost = { promise, resolve };
  }

  override connectionMade(transport: BaseTransport): void {
    this.transport = transport as DatagramTransport;
  }

  override datagramReceived(data: Buffer, address: unknown): void {
    this.received.push([data.toString(), address as InetAddress]);
    this.onDatagram();
  }

  override connectionLost(): void {
    this.lost.resolve();
  }

  async next(count = 1): Promise<void> {
    await new Promise<void>((resolve) => {
      this.onDatagram = () => {
        if (this.received.length >= count) resolve();
      };
      this.onDatagram();
    });
  }
}

/** The network. */
export const netCases: CaseDefinition[] = [
  ...suite(
    'NetLoop',
    'a TCP connection',
    (define) => {
      define('carries bytes both ways', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground);
          pair.client.transport.write(Buffer.from('ping'));
          equal(await pair.accepted.bytes(4), 'ping');
          pair.accepted.transport.write(Buffer.from('pong'));
          equal(await pair.client.bytes(4), 'pong');
          await close(pair);
        });
      });

      define('tells its protocols of its life in order, each thing once', async (ground) => {
        await ground.run(async () => {
          const { client, accepted } = await connect(ground);
          client.transport.write(Buffer.from('bye'));
          client.transport.close();
          equal(await accepted.lost, null);
          equal(await client.lost, null);
          deepEqual(accepted.events, ['made', 'data', 'eof', 'lost']);
          deepEqual(client.events, ['made', 'lost']);
        });
      });

      define('sends everything before close() ends it', async (ground) => {
        await ground.run(async () => {
          const { client, accepted } = await connect(ground);
          const size = 2 ** 21;
          client.transport.write(Buffer.alloc(size, 'x'));
          client.transport.close();
          equal(client.transport.isClosing(), true);
          await accepted.lost;
          equal(accepted.received.length, size);
          await client.lost;
        });
      });

      define('is told of its end in a later iteration than abort()', async (ground) => {
        await ground.run(async () => {
          const { client, accepted } = await connect(ground);
          client.transport.abort();
          deepEqual(client.events, ['made']);
          equal(await client.lost, null);
          await accepted.lost;
          deepEqual(client.events, ['made', 'lost']);
        });
      });

      define('can be closed again and again', async (ground) => {
        await ground.run(async () => {
          const { client, accepted } = await connect(ground);
          client.transport.close();
          client.transport.close();
          client.transport.abort();
          await client.lost;
          client.transport.close();
          await accepted.lost;
          deepEqual(client.events, ['made', 'lost']);
        });
      });

      define('goes on one way after writeEof(), when the other end wants that', async (ground) => {
        await ground.run(async () => {
          const { client, accepted } = await connect(ground, (protocol) => {
            protocol.keepsOpen = true;
          });
          equal(client.transport.canWriteEof(), true);
          client.transport.write(Buffer.from('question'));
          client.transport.writeEof();
          while (!accepted.events.includes('eof')) await ground.turns(1);
          accepted.transport.write(Buffer.from('answer'));
          accepted.transport.close();
          await client.lost;
          equal(client.received, 'answer');
          equal(accepted.received, 'question');
          client.transport.close();
          await accepted.lost;
        });
      });

      define('writes several pieces in order', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground);
          pair.client.transport.writelines([Buffer.from('a'), new Uint8Array([98]), Buffer.from('c')]);
          pair.client.transport.write(Buffer.from('d'));
          equal(await pair.accepted.bytes(4), 'abcd');
          await close(pair);
        });
      });

      define('takes bytes and no strings', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground);
          await fails(() => pair.client.transport.write('text' as never), TypeError);
          await close(pair);
        });
      });

      define('pauses writing above the high mark, and resumes below the low one', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground);
          const { client, accepted } = pair;
          accepted.transport.pauseReading();
          client.transport.setWriteBufferLimits({ high: 1024, low: 256 });
          while (!client.events.includes('pause')) {
            client.transport.write(Buffer.alloc(65536));
            await ground.turns(1);
          }
          equal(client.events.includes('resume'), false);
          ok(client.transport.getWriteBufferSize() > 0);
          accepted.transport.resumeReading();
          while (!client.events.includes('resume')) await ground.turns(1);
          await close(pair);
          deepEqual(
            client.events.filter((event) => event !== 'data'),
            ['made', 'pause', 'resume', 'lost'],
          );
        });
      });

      define('refuses a low mark above the high one', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground);
          await fails(() => pair.client.transport.setWriteBufferLimits({ high: 1, low: 2 }), ValueError);
          await close(pair);
        });
      });

      define('reads nothing while reading is paused', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground, (protocol) => {
            const made = protocol.connectionMade.bind(protocol);
            protocol.connectionMade = (transport) => {
              made(transport);
              protocol.transport.pauseReading();
            };
          });
          equal(pair.accepted.transport.isReading(), false);
          pair.client.transport.write(Buffer.from('early'));
          await ground.turns(20);
          equal(pair.accepted.received, '');
          pair.accepted.transport.resumeReading();
          equal(await pair.accepted.bytes(5), 'early');
          await close(pair);
        });
      });

      define('tells addresses and socket', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground);
          const mine = pair.client.transport.getExtraInfo('sockname') as InetAddress;
          const theirs = pair.accepted.transport.getExtraInfo('peername') as InetAddress;
          equal(mine.port, theirs.port);
          equal(mine.host, HOST);
          ok(pair.client.transport.getExtraInfo('socket'));
          equal(pair.client.transport.getExtraInfo('nothing' as never, 'fallback' as never), 'fallback');
          await close(pair);
        });
      });

      define('may change its protocol', async (ground) => {
        await ground.run(async () => {
          const pair = await connect(ground);
          const second = new Recorder(ground.loop);
          pair.accepted.transport.setProtocol(second);
          equal(pair.accepted.transport.getProtocol(), second);
          pair.client.transport.write(Buffer.from('to the second'));
          equal(await second.bytes(13), 'to the second');
          pair.client.transport.close();
          await second.lost;
          await pair.client.lost;
          deepEqual(pair.accepted.events, ['made']);
        });
      });

      define('receives into the buffer of a BufferedProtocol', async (ground) => {
        const { loop } = ground;
        class Into extends BufferedProtocol {
          readonly memory = Buffer.alloc(64);
          readonly done = loop.createFuture<string>();
          override getBuffer(): Buffer {
            return this.memory;
          }
          override bufferUpdated(length: number): void {
            this.done.setResult(this.memory.toString('latin1', 0, length));
          }
        }
        await ground.run(async () => {
          const into = new Into();
          const server = await loop.createServer(() => into, { host: HOST });
          const [transport, client] = await loop.createConnection(() => new Recorder(loop), {
            host: HOST,
            port: portOf(server),
          });
          transport.write(Buffer.from('straight in'));
          equal(await into.done, 'straight in');
          transport.close();
          server.close();
          server.abortClients();
          await client.lost;
          await server.waitClosed();
        });
      });

      define('calls its protocol in the context in which it was made', async (ground) => {
        const { loop, run, trace } = ground;
        class Looking extends Recorder {
          override dataReceived(data: Buffer): void {
            trace.push(colour.get());
            super.dataReceived(data);
          }
        }
        await run(async () => {
          const accepting = loop.createFuture<Recorder>();
          const token = colour.set('red');
          const server = await loop.createServer(
            () => {
              const protocol = new Looking(loop);
              accepting.setResult(protocol);
              return protocol;
            },
            { host: HOST },
          );
          colour.reset(token);
          const [transport, client] = await loop.createConnection(() => new Looking(loop), {
            host: HOST,
            port: portOf(server),
          });
          const accepted = await accepting;
          transport.write(Buffer.from('a'));
          await accepted.bytes(1);
          accepted.transport.write(Buffer.from('b'));
          await client.bytes(1);
          server.close();
          await close({ client, accepted });
        });
        deepEqual(trace, ['red', 'none']);
      });

      define(
        'is closed when its protocol throws, which is reported',
        async (ground) => {
          const { loop, run } = ground;
          class Throwing extends Recorder {
            override dataReceived(): void {
              throw new RangeError('thrown by a protocol');
            }
          }
          await run(async () => {
            const accepting = loop.createFuture<Throwing>();
            const server = await loop.createServer(
              () => {
                const protocol = new Throwing(loop);
                accepting.setResult(protocol);
                return protocol;
              },
              { host: HOST },
            );
            const [transport, client] = await loop.createConnection(() => new Recorder(loop), {
              host: HOST,
              port: portOf(server),
            });
            transport.write(Buffer.from('a'));
            const accepted = await accepting;
            const error = await accepted.lost;
            equal(error?.message, 'thrown by a protocol');
            await client.lost;
            server.close();
          });
          const report = ground.report();
          equal(report.exception?.message, 'thrown by a protocol');
          ok(report.protocol !== undefined && report.transport !== undefined);
        },
        { needs: ['ErrorHandlingLoop'] },
      );
    },
    { states: WITH_SYSTEM, needs: ['TaskLoop'] },
  ),

  ...suite(
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

      define('takes over a socket that is connected', async ({ loop, run }) => {
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
      });

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
  ),

  ...suite(
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

      define('accepts nothing before startServing() when told so', async ({ loop, run }) => {
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

      define('waits for its connections in waitClosed()', async (ground) => {
        const { run, turns, trace } = ground;
        await run(async () => {
          const pair = await connect(ground);
          const closed = pair.server.waitClosed().then(() => trace.push('closed'));
          await turns(5);
          deepEqual(trace, []);
          await close(pair);
          await closed;
        });
        deepEqual(trace, ['closed']);
      });

      define('closes its connections on request, or aborts them', async (ground) => {
        for (const method of ['closeClients', 'abortClients'] as const) {
          await ground.run(async () => {
            const { server, client, accepted } = await connect(ground);
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

      define('fails with the code of the system where somebody listens', async ({ loop, run }) => {
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
  ),

  ...suite(
    'NetLoop',
    'a Unix socket',
    (define) => {
      define('connects a client with a server, whose file goes with it', async ({ loop, run, directory }) => {
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
          ok(statSync(file).isSocket());
          const [transport, client] = await loop.createUnixConnection(() => new Recorder(loop), {
            path: file,
          });
          transport.write(Buffer.from('hello'));
          const accepted = await accepting;
          equal(await accepted.bytes(5), 'hello');
          server.close();
          await close({ client, accepted });
          await server.waitClosed();
          equal(statSync(file, { throwIfNoEntry: false }), undefined);
        });
      });

      define('where somebody listens is in use, and its server goes on', async ({ loop, run, directory }) => {
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

      define('does not replace a file that is no socket', async ({ loop, run, directory }) => {
        const file = path.join(directory(), 'file');
        writeFileSync(file, 'precious');
        await run(async () => {
          await fails(() => loop.createUnixServer(() => new Protocol(), { path: file }), Error);
        });
        ok(statSync(file).isFile());
      });

      define('needs a path or a socket, and not both', async ({ loop, run }) => {
        await run(async () => {
          await fails(() => loop.createUnixConnection(() => new Protocol(), {}), ValueError);
          await fails(() => loop.createUnixServer(() => new Protocol(), {}), ValueError);
          const sock = new net.Socket();
          await fails(
            () => loop.createUnixConnection(() => new Protocol(), { path: '/x', sock }),
            ValueError,
          );
        });
      });
    },
    { states: WITH_SYSTEM },
  ),

  ...suite(
    'NetLoop',
    'a datagram endpoint',
    (define) => {
      define('sends to an address, and tells who sent', async ({ loop, run }) => {
        await run(async () => {
          const [a, alice] = await loop.createDatagramEndpoint(() => new Datagrams(), {
            localAddr: { host: HOST, port: 0 },
          });
          const [b, bob] = await loop.createDatagramEndpoint(() => new Datagrams(), {
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
          const [server, receiver] = await loop.createDatagramEndpoint(() => new Datagrams(), {
            localAddr: { host: HOST, port: 0 },
          });
          const { port } = server.getExtraInfo('sockname') as InetAddress;
          const [client, sender] = await loop.createDatagramEndpoint(() => new Datagrams(), {
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
          const [server, receiver] = await loop.createDatagramEndpoint(() => new Datagrams(), {
            localAddr: { host: HOST, port: 0 },
          });
          const { port } = server.getExtraInfo('sockname') as InetAddress;
          const [client, sender] = await loop.createDatagramEndpoint(() => new Datagrams(), {
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
          await fails(() => loop.createDatagramEndpoint(() => new Datagrams(), {}), ValueError);
          await fails(() => loop.createDatagramEndpoint(null as never, { family: 2 }), TypeError);
          await fails(
            () =>
              loop.createDatagramEndpoint(() => new Datagrams(), { reuseAddress: true, family: 2 } as never),
            TypeError,
          );
        });
      });

      define(
        'may be at a path',
        async ({ loop, run, directory }) => {
          const file = path.join(directory(), 'datagrams');
          await run(async () => {
            const [server, receiver] = await loop.createDatagramEndpoint(() => new Datagrams(), {
              family: AF_UNIX,
              localAddr: file,
            });
            const [client, sender] = await loop.createDatagramEndpoint(() => new Datagrams(), {
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
            () => loop.createDatagramEndpoint(() => new Datagrams(), { localAddr: { host: HOST, port: 0 } }),
            RuntimeError,
            'closed',
          );
        },
        { states: ['closed'] },
      );
    },
    { states: WITH_SYSTEM },
  ),

  ...suite(
    'NetLoop',
    'getaddrinfo()',
    (define) => {
      define('gives the ways to reach an address', async ({ loop, run }) => {
        await run(async () => {
          const infos: AddrInfo[] = await loop.getaddrinfo(HOST, 80, { type: 1 });
          equal(infos.length, 1);
          const sockaddr = infos[0]?.sockaddr as InetAddress;
          equal(sockaddr.host, HOST);
          equal(sockaddr.port, 80);
          equal(infos[0]?.type, 1);
        });
      });

      define('can be undone with getnameinfo()', async ({ loop, run }) => {
        await run(async () => {
          // NI_NUMERICHOST | NI_NUMERICSERV
          deepEqual(await loop.getnameinfo({ host: HOST, port: 80 }, { flags: 1 | 2 }), [HOST, '80']);
        });
      });

      define('fails where there is no such address', async ({ loop, run }) => {
        await run(
          async () => void (await fails(() => loop.getaddrinfo('256.256.256.256.', 80, { flags: 4 }), Error)),
        );
      });
    },
    { states: WITH_SYSTEM },
  ),

  ...suite(
    'NetLoop',
    'sendfile()',
    (define) => {
      const content = 'the content of a file, which is not long';

      /** Sends a part of a file over a connection; gives how much was sent, and what came out. */
      async function send(
        ground: Ground,
        options: Parameters<Ground['loop']['sendfile']>[2],
      ): Promise<[sent: number, received: string]> {
        const file = path.join(ground.directory(), 'file');
        writeFileSync(file, content);
        const descriptor = openSync(file, 'r');
        ground.defer(() => closeSync(descriptor));
        return await ground.run(async () => {
          const { client, accepted } = await connect(ground);
          const sent = await ground.loop.sendfile(client.transport, descriptor, options);
          client.transport.close();
          await accepted.lost;
          await client.lost;
          return [sent, accepted.received] as [number, string];
        });
      }

      define('sends a whole file', async (ground) => {
        deepEqual(await send(ground, null), [content.length, content]);
      });

      define('sends a part of a file', async (ground) => {
        deepEqual(await send(ground, { offset: 4, count: 7 }), [7, 'content']);
      });

      define(
        'needs the system call on request',
        async (ground) => {
          deepEqual(await send(ground, { fallback: false }), [content.length, content]);
        },
        { needs: ['systemSendfile'] },
      );

      define('on a transport that closes is refused', async (ground) => {
        const { loop, run } = ground;
        await run(async () => {
          const pair = await connect(ground);
          pair.client.transport.close();
          const error = await fails(() => loop.sendfile(pair.client.transport, 0), Error);
          ok(error instanceof RuntimeError && !(error instanceof SendfileNotAvailableError));
          await close(pair);
        });
      });
    },
    { states: WITH_SYSTEM },
  ),
];

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, HOST);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
