import { createReadStream, createWriteStream } from 'node:fs';
import net from 'node:net';
import type { Duplex, Readable, Writable } from 'node:stream';
import tty from 'node:tty';
import { ValueError } from '@bight/loop-abstract';
import type { PipeKind } from '../environment/pipe-kind.js';

/** Which way the data goes. */
export type Direction = 'read' | 'write';

/** Makes a stream of a descriptor; the stream owns it then. Nothing is read before the transport asks. */
export function openStream(fd: number, kind: PipeKind, direction: Direction): Duplex | Readable | Writable {
  // A terminal is a device that the system can watch. Written to through a ReadStream it does not block the thread,
  // as a WriteStream would while the terminal is stopped.
  if (kind === 'device' && tty.isatty(fd)) return new tty.ReadStream(fd, socketOptions(direction));
  // libuv's threads read and write the other devices, which are always ready, or never.
  if (kind === 'device') {
    return direction === 'read' ? createReadStream('', { fd }) : createWriteStream('', { fd });
  }
  const options = kind === 'socket' ? socketOptions('both') : socketOptions(direction);
  try {
    return new net.Socket({ ...options, fd });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_FD_TYPE') throw error;
    throw new ValueError(`a pipe transport needs a stream socket, and descriptor ${fd} is another kind`, {
      cause: error,
    });
  }
}

function socketOptions(direction: Direction | 'both'): net.SocketConstructorOpts {
  const isReadable = direction !== 'write';
  const isWritable = direction !== 'read';
  // `manualStart` is how Node itself keeps a socket from reading ahead.
  const options = { readable: isReadable, writable: isWritable, allowHalfOpen: true, manualStart: true };
  return options as net.SocketConstructorOpts;
}
