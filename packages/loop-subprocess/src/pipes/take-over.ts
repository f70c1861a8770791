import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Duplex, Readable, Writable } from 'node:stream';
import tty from 'node:tty';
import { type HasFileno, type PipeSource, ValueError } from '@bight/loop-abstract';
import { descriptorOf } from '@bight/loop-abstract/validate';
import { kindOf, type PipeKind } from '../environment/pipe-kind.js';
import { nativeParts } from '../native/native-parts.js';
import type { Direction } from './open-stream.js';
import { openStream } from './open-stream.js';

/** A pipe that now belongs to a transport. */
export interface TakenPipe {
  readonly stream: Duplex | Readable | Writable;
  readonly kind: PipeKind;
  readonly fd: number;
  /** What `getExtraInfo('pipe')` gives. */
  readonly pipe: HasFileno;
}

/** A descriptor that its owner gives away with `detach()`: a socket of `@bight/sockets`. */
interface Detachable {
  detach(): number;
}

/**
 * Takes a pipe over from the program: from now on a stream owns its descriptor, and closes it. Of standard input,
 * output and error output the stream gets a copy, since the process goes on using them.
 *
 * @throws {TypeError} when it is no descriptor
 * @throws {ValueError} when it is no pipe, socket or character device
 */
export function takeOver(source: PipeSource, direction: Direction): TakenPipe {
  const given = descriptorOf(source, 'pipe');
  const kind = kindOf(fstatSync(given));
  if (kind === null) throw new ValueError('Pipe transport is for pipes, sockets and character devices only.');
  if (isFileHandle(source)) {
    // A FileHandle closes its descriptor when it is collected, and cannot give it away: so take one of our own.
    const taken = openCopy(reopen(given, direction), kind, direction);
    source.close().then(undefined, () => {});
    return taken;
  }
  if (belongsToProcess(given, kind)) return takeCopy(given, kind, direction);
  const stream = openStream(given, kind, direction);
  const keepsItself = typeof source === 'object' && !isDetachable(source);
  if (isDetachable(source)) source.detach();
  return { stream, kind, fd: given, pipe: keepsItself ? source : end(given) };
}

/**
 * Whether the process's own streams use the descriptor, now or later: `console.log()` and the start of a worker thread
 * open them. Node.js opens terminals a second time anyway.
 */
function belongsToProcess(fd: number, kind: PipeKind): boolean {
  return fd <= 2 && !(kind === 'device' && tty.isatty(fd));
}

/** Takes a copy of a descriptor of the process's own streams, which stays open. */
function takeCopy(fd: number, kind: PipeKind, direction: Direction): TakenPipe {
  // Opened once more it is non-blocking alone, which the process's own streams need not be.
  if (kind !== 'socket') return openCopy(reopen(fd, direction), kind, direction);
  const native = nativeParts();
  if (native !== null) return openCopy(native.duplicateDescriptor(fd), kind, direction);
  // Node.js cannot duplicate a descriptor, and a socket cannot be opened by its name: this takes Node's own stream.
  const stream = fd === 0 ? process.stdin : fd === 1 ? process.stdout : process.stderr;
  return { stream, kind, fd, pipe: end(fd) };
}

function openCopy(fd: number, kind: PipeKind, direction: Direction): TakenPipe {
  try {
    return { stream: openStream(fd, kind, direction), kind, fd, pipe: end(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function end(fd: number): HasFileno {
  return { fileno: () => fd };
}

function isDetachable(source: unknown): source is Detachable {
  return typeof (source as Partial<Detachable>).detach === 'function';
}

function isFileHandle(source: PipeSource): source is FileHandle {
  return typeof source === 'object' && !('fileno' in source) && 'datasync' in source;
}

/** Opens what a descriptor refers to once more. It works for whatever has a name: all but sockets. */
function reopen(fd: number, direction: Direction): number {
  const { O_NONBLOCK, O_NOCTTY } = constants;
  const directory = process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd';
  return openSync(`${directory}/${fd}`, accessMode(fd, direction) | O_NONBLOCK | O_NOCTTY);
}

/** A FIFO that is open in both directions does not end when the last writer goes: the copy should behave the same. */
function accessMode(fd: number, direction: Direction): number {
  const { O_RDONLY, O_WRONLY, O_RDWR } = constants;
  const usual = direction === 'read' ? O_RDONLY : O_WRONLY;
  if (process.platform !== 'linux') return usual;
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
  return flags !== undefined && Number.parseInt(flags, 8) & O_RDWR ? O_RDWR : usual;
}
