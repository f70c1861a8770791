import { SHUT_WR } from '../binding/constants.js';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';
import { WOULD_BLOCK } from './transfer.js';

// What a driver does with the descriptors that it watches.

/** Closes a descriptor. */
export function closeDescriptor(fd: number): void {
  native().close(fd);
}

/** Leaves a descriptor to another owner, who closes it. */
export function disownDescriptor(fd: number): void {
  native().disown(fd);
}

/**
 * Makes another descriptor for what one stands for.
 *
 * @throws the system's error
 */
export function duplicateDescriptor(fd: number): number {
  return check(native().duplicate(fd), 'dup');
}

/**
 * Makes a pipe. Both ends block, and are closed when another program is executed.
 *
 * @returns the descriptor to read from and the one to write to; the caller closes them
 * @throws the system's error: `EMFILE`
 */
export function openPipe(): [reading: number, writing: number] {
  const fds = new Int32Array(2);
  check(native().pipe(fds), 'pipe');
  return [fds[0]!, fds[1]!];
}

/** Ends the sending half. A connection that is broken already is no error. */
export function endSending(fd: number): void {
  native().shutdown(fd, SHUT_WR);
}

/**
 * Sends a part of a file.
 *
 * @returns how many bytes were sent, 0 at the end of the file, -1 when the system has no room
 * @throws the system's error
 */
export function sendFilePart(fd: number, file: number, offset: number, count: number): number {
  const sent = native().sendFile(fd, file, offset, count);
  return sent === WOULD_BLOCK ? -1 : check(sent, 'sendfile');
}
