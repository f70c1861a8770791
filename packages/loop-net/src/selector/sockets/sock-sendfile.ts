import { fstatSync } from 'node:fs';
import {
  type AbstractFuture,
  type FileSource,
  SendfileNotAvailableError,
  type SendfileOptions,
  ValueError,
} from '@bight/loop-abstract';
import { descriptorOf } from '@bight/loop-abstract/validate';
import { coroutine } from '@bight/loop-core';
import { SOCK_STREAM, type Socket } from '@bight/sockets';
import { seek } from '@bight/sockets/low-level';
import type { NetBaseLoop } from '../../driver/network.js';
import { FileReader } from '../../sendfile/file-reader.js';
import { type Portion, portionOf } from '../../sendfile/sendfile-options.js';
import type { Watches } from '../watched-descriptors.js';
import { SendAll } from './send.js';
import { SendFile } from './send-file.js';

const BLOCK_BYTES = 256 * 1024;

/** `loop.sockSendfile()`. */
export function sockSendfile(
  loop: NetBaseLoop,
  watches: Watches,
  socket: Socket,
  file: FileSource,
  options: SendfileOptions | null | undefined,
): AbstractFuture<number> {
  if (socket.type !== SOCK_STREAM) throw new ValueError('only SOCK_STREAM type sockets are supported');
  const portion = portionOf(options);
  const fd = descriptorOf(file, 'file');
  return coroutine(loop, function* () {
    try {
      return yield* sendNatively(loop, watches, socket, fd, portion);
    } catch (error) {
      if (!(error instanceof SendfileNotAvailableError) || !portion.fallback) throw error;
    }
    return yield* readAndSend(loop, watches, socket, fd, portion);
  });
}

function* sendNatively(
  loop: NetBaseLoop,
  watches: Watches,
  socket: Socket,
  fd: number,
  { offset, count }: Portion,
): Generator<unknown, number, unknown> {
  const wanted = count ?? sizeOf(fd);
  if (wanted === 0) return 0;
  return yield* watches.send(new SendFile(loop, socket, fd, offset, wanted));
}

function sizeOf(fd: number): number {
  try {
    return fstatSync(fd).size;
  } catch (error) {
    throw new SendfileNotAvailableError('not a regular file', { cause: error });
  }
}

/** The fallback where the system call cannot be used. */
function* readAndSend(
  loop: NetBaseLoop,
  watches: Watches,
  socket: Socket,
  fd: number,
  { offset, count }: Portion,
): Generator<unknown, number, unknown> {
  const reader = new FileReader(loop, fd, seek);
  const block = Buffer.allocUnsafe(Math.min(count ?? BLOCK_BYTES, BLOCK_BYTES));
  let sent = 0;
  try {
    for (;;) {
      const wanted = Math.min(count === null ? block.length : count - sent, block.length);
      if (wanted === 0) return sent;
      const bytes = yield* reader.read(block.subarray(0, wanted), offset + sent);
      if (bytes === 0) return sent;
      yield* watches.send(new SendAll(loop, socket, block.subarray(0, bytes)));
      sent += bytes;
    }
  } catch (error) {
    throw Object.assign(error as Error, { bytesSent: sent });
  } finally {
    if (sent > 0) reader.advanceTo(offset + sent);
  }
}
