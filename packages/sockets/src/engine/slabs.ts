import { markAsUntransferable } from 'node:worker_threads';
import { native } from '../binding/load.js';
import { HEADER_SPENT, SLABS } from './tables.js';

const SLAB_LENGTH = 1 << 20;

/**
 * The buffers that an engine receives into. Handlers see slices of them, and copy what they keep: so the same buffers
 * are used again and again, whose pages are there and whose lines are in the cache.
 */
export class Slabs {
  /** By number. */
  readonly buffers: Buffer[] = [];
  readonly #engine: number;
  readonly #words: Int32Array;

  constructor(engine: number, words: Int32Array) {
    this.#engine = engine;
    this.#words = words;
    this.renew();
  }

  /** Empties the full ones. Every row of the batch must have been delivered, or copied. */
  renew(): void {
    const spent = this.#words[HEADER_SPENT]!;
    for (let which = 0; which < SLABS; which++) {
      if ((spent & (1 << which)) === 0) continue;
      native().engineSlab(this.#engine, which, this.#whole(which));
    }
  }

  #whole(which: number): Buffer {
    const used = this.buffers[which];
    // A handler may have detached it all the same.
    if (used !== undefined && used.length > 0) return used;
    const slab = Buffer.allocUnsafeSlow(SLAB_LENGTH);
    // A slice that is posted to a worker would take all connections' bytes along.
    markAsUntransferable(slab.buffer);
    this.buffers[which] = slab;
    return slab;
  }
}
