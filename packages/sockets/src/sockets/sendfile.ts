import type { FileDescriptorLike, FileSource } from '@bight/loop-abstract';
import { checkInteger, descriptorOf } from '@bight/loop-abstract/validate';
import { native } from '../binding/load.js';
import { check } from '../binding/system-error.js';

/**
 * Sends a part of a file through a socket without it passing through this process's memory, as far as the socket takes
 * it now. Neither blocks on a non-blocking socket (`code === 'EAGAIN'`) nor moves the file's position.
 *
 * @param socket - a connected stream socket, or its descriptor
 * @param file - a regular file, as a descriptor or `FileHandle`
 * @param offset - where in the file to begin, in bytes
 * @param count - how many bytes at most
 * @returns how many bytes were sent, which may be fewer; 0 at the end of the file
 * @python os.sendfile()
 */
export function sendfile(
  socket: FileDescriptorLike,
  file: FileSource,
  offset: number,
  count: number,
): number {
  const to = descriptorOf(socket, 'socket');
  const from = descriptorOf(file, 'file');
  const start = checkInteger(offset, 'offset', { min: 0 });
  return check(native().sendFile(to, from, start, checkInteger(count, 'count', { min: 0 })), 'sendfile');
}
