import { ContextVar, ValueError } from '@bight/contextvars';
import { BufferedProtocol, type InetAddress } from '@bight/loop-abstract';
import { type CaseDefinition, suite, WITH_SYSTEM } from '../../case.js';
import { deepEqual, equal, fails, ok } from '../../check.js';
import { Recorder } from '../../recorder.js';
import { close, connect, HOST, portOf } from './connections.js';

const colour = new ContextVar('colour', { default: 'none' });

/** What a connection carries, and what its protocol receives. */
export const tcpCases: CaseDefinition[] = suite(
  'NetLoop',
  'a TCP connection',
  (define) => {
    define('carries bytes both ways', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        pair.client.transport.write(Buffer.from('ping'));
        equal(await pair.accepted.bytes(4), 'ping');
        pair.accepted.transport.write(Buffer.from('pong'));
        equal(await pair.client.bytes(4), 'pong');
        await close(pair);
      });
    });

    define('calls its protocols in order, each method once', async (c) => {
      await c.run(async () => {
        const { client, accepted } = await connect(c);
        client.transport.write(Buffer.from('bye'));
        client.transport.close();
        equal(await accepted.lost, null);
        equal(await client.lost, null);
        deepEqual(accepted.events, ['made', 'data', 'eof', 'lost']);
        deepEqual(client.events, ['made', 'lost']);
      });
    });

    define('sends everything before close() ends it', async (c) => {
      await c.run(async () => {
        const { client, accepted } = await connect(c);
        const size = 2 ** 21;
        client.transport.write(Buffer.alloc(size, 'x'));
        client.transport.close();
        equal(client.transport.isClosing(), true);
        await accepted.lost;
        equal(accepted.received.length, size);
        await client.lost;
      });
    });

    define('gets connectionLost() in a later iteration than abort()', async (c) => {
      await c.run(async () => {
        const { client, accepted } = await connect(c);
        client.transport.abort();
        deepEqual(client.events, ['made']);
        equal(await client.lost, null);
        await accepted.lost;
        deepEqual(client.events, ['made', 'lost']);
      });
    });

    define('can be closed again and again', async (c) => {
      await c.run(async () => {
        const { client, accepted } = await connect(c);
        client.transport.close();
        client.transport.close();
        client.transport.abort();
        await client.lost;
        client.transport.close();
        await accepted.lost;
        deepEqual(client.events, ['made', 'lost']);
      });
    });

    define('goes on one way after writeEof(), when the other end wants that', async (c) => {
      await c.run(async () => {
        const { client, accepted } = await connect(c, (protocol) => {
          protocol.keepsOpen = true;
        });
        equal(client.transport.canWriteEof(), true);
        client.transport.write(Buffer.from('question'));
        client.transport.writeEof();
        await accepted.recorded('eof');
        accepted.transport.write(Buffer.from('answer'));
        accepted.transport.close();
        await client.lost;
        equal(client.received, 'answer');
        equal(accepted.received, 'question');
        client.transport.close();
        await accepted.lost;
      });
    });

    define('writes several pieces in order', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        pair.client.transport.writelines([Buffer.from('a'), new Uint8Array([98]), Buffer.from('c')]);
        pair.client.transport.write(Buffer.from('d'));
        equal(await pair.accepted.bytes(4), 'abcd');
        await close(pair);
      });
    });

    define('takes bytes and no strings', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        await fails(() => pair.client.transport.write('text' as never), TypeError);
        await close(pair);
      });
    });

    define('pauses writing above the high mark, and resumes below the low one', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        const { client, accepted } = pair;
        accepted.transport.pauseReading();
        client.transport.setWriteBufferLimits({ high: 1024, low: 256 });
        while (!client.events.includes('pause')) {
          client.transport.write(Buffer.alloc(65536));
          await c.turns(1);
        }
        equal(client.events.includes('resume'), false);
        ok(client.transport.getWriteBufferSize() > 0);
        accepted.transport.resumeReading();
        await client.recorded('resume');
        await close(pair);
        deepEqual(
          client.events.filter((event) => event !== 'data'),
          ['made', 'pause', 'resume', 'lost'],
        );
      });
    });

    define('refuses a low mark above the high one', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        await fails(() => pair.client.transport.setWriteBufferLimits({ high: 1, low: 2 }), ValueError);
        await close(pair);
      });
    });

    define('reads nothing while reading is paused', async (c) => {
      await c.run(async () => {
        const pair = await connect(c, (protocol) => {
          const made = protocol.connectionMade.bind(protocol);
          protocol.connectionMade = (transport) => {
            made(transport);
            protocol.transport.pauseReading();
          };
        });
        equal(pair.accepted.transport.isReading(), false);
        pair.client.transport.write(Buffer.from('early'));
        await c.turns(20);
        equal(pair.accepted.received, '');
        pair.accepted.transport.resumeReading();
        equal(await pair.accepted.bytes(5), 'early');
        await close(pair);
      });
    });

    define('lends what comes until dataReceived() returns, where its protocol borrows', async (c) => {
      await c.run(async () => {
        const pair = await connect(c, (protocol) => {
          const made = protocol.connectionMade.bind(protocol);
          protocol.connectionMade = (transport) => {
            made(transport);
            protocol.transport.setReceiveMode('borrowed');
          };
          const received = protocol.dataReceived.bind(protocol);
          protocol.dataReceived = (data) => {
            // From the memory that it has borrowed.
            protocol.transport.write(data);
            received(data);
          };
        });
        const { client, accepted } = pair;
        let expected = '';
        for (const [index, size] of [1, 3000, 20_000, 100_000].entries()) {
          const letter = 'abcd'.charAt(index);
          client.transport.write(Buffer.alloc(size, letter));
          expected += letter.repeat(size);
          accepted.transport.pauseReading();
          await c.turns(5);
          accepted.transport.resumeReading();
          ok((await client.bytes(expected.length)) === expected);
        }
        ok(accepted.received === expected);
        await close(pair);
      });
    });

    define('refuses a receive mode that does not exist', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        const { transport } = pair.client;
        await fails(() => transport.setReceiveMode('lent' as never), ValueError);
        await fails(() => transport.setReceiveMode(null as never), TypeError);
        await close(pair);
      });
    });

    define('gives addresses and socket', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        const mine = pair.client.transport.getExtraInfo('sockname') as InetAddress;
        const theirs = pair.accepted.transport.getExtraInfo('peername') as InetAddress;
        equal(mine.port, theirs.port);
        equal(mine.host, HOST);
        ok(pair.client.transport.getExtraInfo('socket'));
        equal(pair.client.transport.getExtraInfo('nothing' as never, 'fallback' as never), 'fallback');
        await close(pair);
      });
    });

    define('may change its protocol', async (c) => {
      await c.run(async () => {
        const pair = await connect(c);
        const second = new Recorder(c.loop);
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

    define('receives into the buffer of a BufferedProtocol', async (c) => {
      const { loop } = c;
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
      await c.run(async () => {
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

    define('calls its protocol in the context in which it was made', async (c) => {
      const { loop, run, trace } = c;
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
      async (c) => {
        const { loop, run } = c;
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
        const report = c.report();
        equal(report.exception?.message, 'thrown by a protocol');
        ok(report.protocol !== undefined && report.transport !== undefined);
      },
      { needs: ['ErrorHandlingLoop'] },
    );
  },
  { states: WITH_SYSTEM, needs: ['TaskLoop'] },
);
