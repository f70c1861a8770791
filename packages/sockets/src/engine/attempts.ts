import { constants } from 'node:os';
import type { Address } from '@bight/loop-abstract';
import { unpooledCopy } from '@bight/loop-abstract/low-level';
import { addressDetails, encodeAddress, incoming } from '../addresses/address.js';
import { MSG_DONTWAIT, SO_ERROR, SOCK_STREAM, SOL_SOCKET } from '../binding/constants.js';
import { native } from '../binding/load.js';
import { check, systemError } from '../binding/system-error.js';
import { Socket } from '../sockets/socket.js';
import { readOption } from '../sockets/socket-option.js';
import { WOULD_BLOCK } from './transfer.js';

/*
 * The calls of a socket that can have to wait, for loops that wait in the socket's stead: where `Socket` throws
 * 'EAGAIN', these return `null` or `NOT_READY`, since an error costs more than all the rest. They do not wait on a
 * blocking socket either, as far as the system lets them. Arguments are not checked.
 */

/** The call has to be made again when the socket is ready. */
export const NOT_READY = -1;

const IN_PROGRESS = -constants.errno.EINPROGRESS;

const SCRATCH_LENGTH = 256 * 1024;
/** What a stream may bring at once: it gives what there is. */
const MOST_OF_A_STREAM = 64 * 1024;
/** What is received into, always the same. */
let scratch: Buffer | null = null;

function roomFor(socket: Socket, size: number): Buffer {
  const wanted = socket.type === SOCK_STREAM ? Math.min(size, MOST_OF_A_STREAM) : size;
  if (wanted > SCRATCH_LENGTH) return Buffer.allocUnsafeSlow(wanted);
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH_LENGTH);
  return scratch;
}

/** A copy in memory of its own: no two sockets share memory, and what is kept costs no more than its size. */
function take(room: Buffer, count: number): Buffer {
  return unpooledCopy(room.subarray(0, count));
}

/** `socket.recv(size)`; `null` when nothing is there. */
export function tryReceive(socket: Socket, size: number): Buffer | null {
  const room = roomFor(socket, size);
  const length = Math.min(size, room.length);
  const count = native().receive(socket.fileno(), room, 0, length, MSG_DONTWAIT);
  return count === WOULD_BLOCK ? null : take(room, Math.min(check(count, 'recv'), length));
}

/** `socket.recvInto(memory)`; `NOT_READY` when nothing is there. */
export function tryReceiveInto(socket: Socket, memory: Uint8Array, size: number): number {
  const count = native().receive(socket.fileno(), memory, 0, size, MSG_DONTWAIT);
  return count === WOULD_BLOCK ? NOT_READY : check(count, 'recv');
}

/** `socket.recvfrom(size)`; `null` when nothing is there. */
export function tryReceiveFrom(socket: Socket, size: number): [data: Buffer, address: Address] | null {
  const room = roomFor(socket, size);
  const length = Math.min(size, room.length);
  const count = native().receiveFrom(socket.fileno(), room, 0, length, MSG_DONTWAIT, incoming.bytes);
  if (count === WOULD_BLOCK) return null;
  return [take(room, Math.min(check(count, 'recvfrom'), length)), incoming.read()];
}

/** `socket.recvfromInto(memory)`; `null` when nothing is there. */
export function tryReceiveFromInto(
  socket: Socket,
  memory: Uint8Array,
  size: number,
): [nbytes: number, address: Address] | null {
  const count = native().receiveFrom(socket.fileno(), memory, 0, size, MSG_DONTWAIT, incoming.bytes);
  return count === WOULD_BLOCK ? null : [check(count, 'recvfrom'), incoming.read()];
}

/** `socket.send()` of the bytes from `offset` on; `NOT_READY` when there is no room. */
export function trySend(socket: Socket, bytes: Uint8Array, offset: number): number {
  const count = native().send(socket.fileno(), bytes, offset, bytes.byteLength - offset, MSG_DONTWAIT);
  return count === WOULD_BLOCK ? NOT_READY : check(count, 'send');
}

/** `socket.sendto(bytes, address)`; `NOT_READY` when there is no room. */
export function trySendTo(socket: Socket, bytes: Uint8Array, address: Address): number {
  const target = encodeAddress(socket.family, address);
  const count = native().sendTo(socket.fileno(), bytes, 0, bytes.byteLength, MSG_DONTWAIT, target);
  if (count === WOULD_BLOCK) return NOT_READY;
  return check(count, 'sendto', count < 0 ? addressDetails(address) : undefined);
}

/** `socket.accept()`; `null` without a pending connection. */
export function tryAccept(socket: Socket): [conn: Socket, address: Address] | null {
  const fileno = native().accept(socket.fileno(), incoming.bytes);
  if (fileno === WOULD_BLOCK) return null;
  check(fileno, 'accept');
  const address = incoming.read();
  const { family, type, proto } = socket;
  return [new Socket({ family, type, proto, fileno }), address];
}

/** `socket.connect(address)`. @returns whether it is connected: `false` while that is under way */
export function tryConnect(socket: Socket, address: Address): boolean {
  const result = native().connect(socket.fileno(), encodeAddress(socket.family, address));
  if (result === IN_PROGRESS) return false;
  // A Unix socket whose peer's queue is full fails with EAGAIN, and nothing is under way: that is a failure.
  check(result, 'connect', result < 0 ? addressDetails(address) : undefined);
  return true;
}

/**
 * Checks the outcome of a connection that was under way, once the socket is writable.
 *
 * @throws the system's error when it failed
 */
export function checkConnected(socket: Socket, address: Address): void {
  const failure = readOption(socket.fileno(), SOL_SOCKET, SO_ERROR, null) as number;
  if (failure !== 0) throw systemError(-failure, 'connect', addressDetails(address));
}

/** `sendfile()`; `NOT_READY` when there is no room, 0 at the end of the file. */
export function trySendFile(socket: Socket, file: number, offset: number, count: number): number {
  const sent = native().sendFile(socket.fileno(), file, offset, count);
  return sent === WOULD_BLOCK ? NOT_READY : check(sent, 'sendfile');
}

/**
 * Moves a file's position, as `os.lseek(file, position, os.SEEK_SET)`.
 *
 * @throws the system's error for a pipe
 */
export function seek(file: number, position: number): void {
  check(native().seek(file, position), 'lseek');
}
