import { markAsUntransferable } from 'node:worker_threads';
import { native } from '../load.js';
import { HEADER_SPENT, SLABS } from './tables.js';

const SLAB_LENGTH = 1 << 20;

/** The buffers that an engine receives into, and that slices are handed out of. */
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

  /** Puts fresh slabs in the place of those that are full. */
  renew(): void {
    const spent = this.#words[HEADER_SPENT]!;
    for (let which = 0; which < SLABS; which++) {
      if ((spent & (1 << which)) === 0) continue;
      const slab = Buffer.allocUnsafeSlow(SLAB_LENGTH);
      // Somebody who posts a slice to a worker would take everybody's bytes along.
      markAsUntransferable(slab.buffer);
      this.buffers[which] = slab;
      native().engineSlab(this.#engine, which, slab);
    }
  }
}
