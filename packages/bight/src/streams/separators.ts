import { Buffer } from 'node:buffer';
import { ValueError } from '@bight/loop-abstract';
import { checkBytes } from '@bight/loop-abstract/validate';
import type { ByteQueue } from './byte-queue.js';

/** Where a separator was found. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** What `readuntil()` looks for: one separator, or the first to end of several. */
export class Separators {
  /** The length of the shortest one, in bytes. */
  readonly shortest: number;
  /** The length of the longest one, in bytes. */
  readonly longest: number;
  /** The shortest first: it wins where two end together, or begin together. */
  readonly #all: readonly Buffer[];

  private constructor(all: readonly Buffer[]) {
    this.#all = all;
    this.shortest = all[0]?.length ?? 0;
    this.longest = all.at(-1)?.length ?? 0;
  }

  /**
   * @throws {TypeError} unless it is bytes, or an array of bytes
   * @throws {ValueError} for no separator, or an empty one
   */
  static of(given: ArrayBufferView | readonly ArrayBufferView[]): Separators {
    const all = Array.isArray(given) ? given.map(asBuffer) : [asBuffer(given as ArrayBufferView)];
    if (all.length === 0) throw new ValueError('separator must contain at least one element');
    all.sort((one, other) => one.length - other.length);
    if (all[0]?.length === 0) throw new ValueError('separator must be at least one byte long');
    return new Separators(all);
  }

  /** The match that ends first, looking from `from` on. */
  find(bytes: ByteQueue, from: number): Match | null {
    let start = -1;
    let end = bytes.length;
    for (const separator of this.#all) {
      // One that ends where the best one does, or later, is not looked for.
      const until = start < 0 ? end : end - 1;
      const found = bytes.indexOf(separator, from, until);
      if (found < 0) continue;
      start = found;
      end = found + separator.length;
    }
    return start < 0 ? null : { start, end };
  }
}

function asBuffer(separator: ArrayBufferView): Buffer {
  const bytes = checkBytes(separator, 'separator');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
