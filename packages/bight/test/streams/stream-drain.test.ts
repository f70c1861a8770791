import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import {
  type AbstractServer,
  CancelledError,
  CancelScope,
  openConnection,
  StreamReader,
  type StreamWriter,
  startServer,
} from 'bight';
import { describeOnEachLoop, run } from '../support/each-loop.js';
import { inLoop } from '../support/in-loop.js';

/** More rounds than pass before the loop has its turn. */
const MANY = 3_000_000;
const piece = Buffer.alloc(100);

/** A connection whose other end does what the test asks for. */
async function connect(
  serve: (reader: StreamReader, writer: StreamWriter) => unknown,
): Promise<{ server: AbstractServer; reader: StreamReader; writer: StreamWriter }> {
  const server = await startServer(serve, { host: '127.0.0.1' });
  const { host, port } = server.sockets[0]!.getsockname();
  const [reader, writer] = await openConnection({ host, port });
  return { server, reader, writer };
}

describeOnEachLoop('a loop of write() and drain()', () => {
  test('ends with an error when the peer has closed', () =>
    run(async () => {
      const { server, reader, writer } = await connect((_, peer) => peer.close());
      await reader.read();
      const outcome = await (async () => {
        for (let round = 0; round < MANY; round++) {
          writer.write(piece);
          await writer.drain();
        }
        return 'never';
      })().catch((error: NodeJS.ErrnoException) => error.code);
      expect(outcome).toMatch(/ECONNRESET|EPIPE/);
      expect(writer.isClosing()).toBe(true);
      await writer.waitClosed().catch(() => {});
      server.close();
      await server.waitClosed();
    }));

  test('throws in a cancelled scope, also where nothing has to be waited for', () =>
    run(async () => {
      const { server, writer } = await connect((_, peer) => peer.close());
      const scope = new CancelScope();
      let error: unknown;
      await scope.run(async () => {
        scope.cancel();
        error = await writer.drain().catch((thrown: unknown) => thrown);
      });
      expect(error).toBeInstanceOf(CancelledError);
      writer.close();
      await writer.waitClosed().catch(() => {});
      server.close();
      await server.waitClosed();
    }));

  test("gives the process's timers their turn", () =>
    run(async () => {
      const { server, writer } = await connect(async (reader, peer) => {
        for await (const _ of reader.chunks()) void _;
        peer.close();
      });
      let rounds = 0;
      let isOver = false;
      setTimeout(() => {
        isOver = true;
      }, 0);
      for (; !isOver && rounds < MANY; rounds++) await writer.drain();
      expect(rounds).toBeLessThan(MANY);
      writer.close();
      await writer.waitClosed();
      server.close();
      await server.waitClosed();
    }));
});

describe('a loop of reads that need not wait', () => {
  test.each(['read', 'readline'] as const)("gives the process's timers their turn: %s()", (method) =>
    inLoop(async () => {
      const reader = new StreamReader();
      reader.feedEof();
      let rounds = 0;
      let isOver = false;
      setTimeout(() => {
        isOver = true;
      }, 0);
      for (; !isOver && rounds < MANY; rounds++) await reader[method]();
      expect(rounds).toBeLessThan(MANY);
    }),
  );
});
