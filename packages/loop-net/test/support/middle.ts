import net from 'node:net';
import { wrapFuture } from '@bight/loop-core';

/** Which way bytes go through a `Middle`. */
export type Direction = 'to the server' | 'to the client';

/**
 * Changes bytes on their way; `offset` counts the bytes of this direction from the beginning of the connection.
 */
export type Change = (direction: Direction, chunk: Buffer, offset: number) => Buffer;

/** A relay between a client and a server that may change what it passes on. It passes ends and resets on, too. */
export class Middle {
  /** Where clients connect to. */
  readonly port: number;
  /** Whether the end of a stream is passed on as a reset. */
  resetsAtEnd = false;
  readonly #listening: net.Server;
  readonly #sockets = new Set<net.Socket>();

  private constructor(listening: net.Server) {
    this.#listening = listening;
    this.port = (listening.address() as net.AddressInfo).port;
  }

  /** Starts to relay to a port of the loopback interface. */
  static async to(port: number, change: Change = (_, chunk) => chunk): Promise<Middle> {
    const listening = net.createServer({ allowHalfOpen: true });
    await wrapFuture(new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve)));
    const middle = new Middle(listening);
    listening.on('connection', (client) => {
      const server = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      middle.#pass(client, server, 'to the server', change);
      middle.#pass(server, client, 'to the client', change);
    });
    return middle;
  }

  /** Inserts bytes into what the peers of every connection receive. */
  insert(bytes: Buffer): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  /** Resets every connection, at both sides. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Closes everything. */
  close(): void {
    this.#listening.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(from: net.Socket, to: net.Socket, direction: Direction, change: Change): void {
    this.#sockets.add(from);
    let offset = 0;
    from.on('data', (chunk: Buffer) => {
      to.write(change(direction, chunk, offset));
      offset += chunk.length;
    });
    from.on('end', () => (this.resetsAtEnd ? to.resetAndDestroy() : to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      if (from.destroyed && !from.readableEnded) to.destroy();
    });
  }
}
