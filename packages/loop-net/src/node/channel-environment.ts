import type { SchedulingLoop } from '@bight/loop-abstract';
import { Arrivals } from './arrivals.js';

/** So much is received, or copied for sending, at once. */
export const CHUNK_BYTES = 64 * 1024;

/** What the channels of one loop share. */
export class ChannelEnvironment {
  readonly loop: SchedulingLoop;
  readonly arrivals: Arrivals;
  /** All receive into the same memory: it is free again when the callback returns. */
  readonly receiveMemory: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** Whatever has to be closed with the loop. */
  readonly open = new Set<{ close(): void }>();

  #sendMemory: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #keptBytes = 0;

  constructor(loop: SchedulingLoop) {
    this.loop = loop;
    this.arrivals = new Arrivals(loop);
  }

  /**
   * Copies up to `CHUNK_BYTES` bytes to where they can be sent from. The memory is used again by the next call, unless
   * it is kept.
   */
  stage(data: Uint8Array): Buffer {
    if (this.#keptBytes + data.length > CHUNK_BYTES) {
      this.#sendMemory = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      this.#keptBytes = 0;
    }
    const staged = this.#sendMemory.subarray(this.#keptBytes, this.#keptBytes + data.length);
    staged.set(data);
    return staged;
  }

  /** Leaves the memory of the last `stage()` to what is being sent from it. */
  keepStaged(length: number): void {
    this.#keptBytes += length;
  }
}
