import type { FileHandle } from 'node:fs/promises';
import type { HasFileno } from '@bight/loop-abstract';
import { typeError, valueError } from '@bight/loop-abstract/validate';

/** Something that may stand for a file descriptor. */
export type DescriptorSource = number | FileHandle | HasFileno;

const LARGEST = 0x7fffffff;

/**
 * The file descriptor that is meant: a number itself, `fileno()`, or the `fd` of a `FileHandle` or of a stream of Node's.
 *
 * @throws {TypeError} when there is none
 * @throws {ValueError} when it is negative: what it belongs to is closed
 */
export function descriptorOf(source: unknown, name: string): number {
  const fd = numberOf(source);
  if (typeof fd !== 'number') {
    throw typeError(name, 'a file descriptor, a FileHandle or an object with fileno()', source);
  }
  if (Number.isInteger(fd) && fd >= 0 && fd <= LARGEST) return fd;
  throw typeof source === 'number'
    ? valueError(name, 'a file descriptor, an integer of at least 0', source)
    : valueError(name, 'open', source);
}

function numberOf(source: unknown): unknown {
  if (typeof source === 'number') return source;
  if (typeof source !== 'object' || source === null) return undefined;
  const { fileno, fd } = source as { fileno?: unknown; fd?: unknown };
  return typeof fileno === 'function' ? (fileno.call(source) as unknown) : fd;
}
