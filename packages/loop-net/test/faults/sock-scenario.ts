import { closeSync, openSync, writeFileSync } from 'node:fs';
import { CancelledError, type InetAddress, type SocketLoop } from '@bight/loop-abstract';
import { SHUT_WR, Socket } from '@bight/sockets';
import type { NetworkedLoop, Sightings } from './scenarios.js';

type Loop = NetworkedLoop & SocketLoop;

const PIECE = 16_384;

/** Sends everything to a peer that sends back a file of the same bytes, with the `sock…` methods on both ends. */
export async function sendAndFetch(
  loop: Loop,
  seen: Sightings,
  pattern: Buffer,
  file: string,
  connections: number,
): Promise<void> {
  writeFileSync(file, pattern);
  try {
    using listener = new Socket();
    listener.bind({ host: '127.0.0.1', port: 0 });
    listener.listen({ backlog: connections });
    const server = loop.createTask(() => serve(loop, seen, listener, pattern, file));
    for (let number = 0; number < connections; number++) {
      try {
        if (await visit(loop, listener.getsockname() as InetAddress, pattern)) seen.completed++;
      } catch (error) {
        seen.error(error);
      }
    }
    server.cancel();
    try {
      await server;
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
    }
  } catch (error) {
    seen.error(error);
  }
}

async function serve(
  loop: Loop,
  seen: Sightings,
  listener: Socket,
  pattern: Buffer,
  file: string,
): Promise<void> {
  try {
    for (;;) {
      using connection = (await loop.sockAccept(listener))[0] as Socket;
      try {
        await answer(loop, connection, pattern, file);
      } catch (error) {
        if (error instanceof CancelledError) throw error;
        seen.error(error);
      }
    }
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    seen.error(error);
    // A client that waits to be accepted fails.
    listener.close();
  }
}

async function answer(loop: Loop, connection: Socket, pattern: Buffer, file: string): Promise<void> {
  const received = Buffer.alloc(pattern.length);
  for (let length = 0; length < received.length; ) {
    const count = await loop.sockRecvInto(connection, received.subarray(length, length + PIECE));
    if (count === 0) return;
    length += count;
  }
  if (!received.equals(pattern)) throw new Error('what arrived is not what was sent');
  const descriptor = openSync(file, 'r');
  try {
    await loop.sockSendfile(connection, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function visit(loop: Loop, address: InetAddress, pattern: Buffer): Promise<boolean> {
  using client = new Socket();
  await loop.sockConnect(client, address);
  await loop.sockSendall(client, pattern);
  client.shutdown(SHUT_WR);
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = await loop.sockRecv(client, PIECE);
    if (piece.length === 0) return Buffer.concat(pieces).equals(pattern);
    pieces.push(piece);
  }
}
