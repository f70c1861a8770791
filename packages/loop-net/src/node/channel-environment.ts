import type { SchedulingLoop } from '@bight/loop-abstract';
import { Arrivals } from './arrivals.js';

/** How many bytes are received, or copied for sending, at once. */
export const CHUNK_BYTES = 64 * 1024;

/** What the channels of one loop share. */
export class ChannelEnvironment {
  readonly loop: SchedulingLoop;
  readonly arrivals: Arrivals;
  /** All receive into the same memory: it is free again when the callback returns. */
  readonly receiveMemory: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** Where bytes are that a protocol borrows; made when one does. */
  #lendMemory: Buffer | null = null;
  /** Whatever has to be closed with the loop. */
  readonly open = new Set<{ close(): void }>();

  #sendMemory: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #keptBytes = 0;

  constructor(loop: SchedulingLoop) {
    this.loop = loop;
    this.arrivals = new Arrivals(loop);
  }

  /** A copy of up to `CHUNK_BYTES` bytes, in memory that the next call uses again. */
  lend(bytes: Buffer): Buffer {
    // One that a protocol has detached has no room.
    if (this.#lendMemory === null || this.#lendMemory.length === 0) {
      this.#lendMemory = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    }
    bytes.copy(this.#lendMemory);
    return this.#lendMemory.subarray(0, bytes.length);
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
