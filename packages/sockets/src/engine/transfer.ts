import { constants } from 'node:os';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';

/** The result of a call that has to be made again when the descriptor is ready. */
export const WOULD_BLOCK: number = -constants.errno.EAGAIN;

/**
 * Receives into memory of the caller, for a handler in `MODE_READY`.
 *
 * @returns how many bytes came; 0 at the end of the stream; -1 when nothing is there
 * @throws the system's error
 */
export function receiveInto(fd: number, memory: Uint8Array): number {
  const count = native().receive(fd, memory, 0, memory.byteLength, 0);
  return count === WOULD_BLOCK ? -1 : check(count, 'recv');
}

/**
 * Sends several pieces from where they are, as much as the system takes; for what is too long for `engine.write()`, and
 * for what could not be sent before. What is queued for the descriptor must have gone out first: `engine.flush()`.
 *
 * @param first - the index of the first piece to send
 * @param offset - where in that piece to begin
 * @returns how many bytes were sent, 0 when the system has no room
 * @throws the system's error
 */
export function sendPieces(fd: number, pieces: readonly Uint8Array[], first = 0, offset = 0): number {
  const count = native().sendVector(fd, pieces, first, offset);
  return count === WOULD_BLOCK ? 0 : check(count, 'send');
}
