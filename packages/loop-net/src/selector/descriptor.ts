import type { FileDescriptorLike } from '@bight/loop-abstract';
import { checkInteger, typeError } from '@bight/loop-abstract/validate';
import type { Socket } from '@bight/sockets';
import { isSocket } from '@bight/sockets/engine';

const DESCRIPTORS = { min: 0, max: 0x7fffffff };

/**
 * The descriptor to watch.
 *
 * @param source a descriptor, or something with `fileno()`
 * @throws {TypeError} for anything else
 * @throws {ValueError} for a negative one: that of something closed
 */
export function watchedDescriptor(source: FileDescriptorLike): number {
  if (typeof source === 'number') return checkInteger(source, 'fd', DESCRIPTORS);
  const { fileno } = Object(source) as { fileno?: unknown };
  if (typeof fileno === 'function') return checkInteger(fileno.call(source), 'fd.fileno()', DESCRIPTORS);
  throw typeError('fd', 'a file descriptor (a number) or something with fileno()', source);
}

/** The socket with which a watch of that source ends, if it is one. */
export function watchedSocket(source: FileDescriptorLike): Socket | null {
  return isSocket(source) ? source : null;
}
