/**
 * A few words of memory that the pool and one thread share, so that exactly one of them decides about a call that has
 * been sent and not begun: the thread by claiming it, or the pool by taking it back (because it was cancelled, or
 * because another thread has nothing to do).
 *
 * A word holds the number of the call that is on offer; its negative once it is claimed; 0 once it was taken back. A
 * thread that finds another number than that of its next call skips the call, so a word can be used again at once. The
 * thread's half is in `thread-worker.js`.
 */
export class Claims {
  /** What the thread is given. */
  readonly words: Int32Array;
  readonly #free: number[];

  /** @param size - how many calls can be on their way at once */
  constructor(size: number) {
    this.words = new Int32Array(new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT));
    this.#free = Array.from({ length: size }, (_, slot) => slot);
  }

  /** Offers a call. @returns its slot */
  offer(id: number): number {
    const slot = this.#free.pop()!;
    Atomics.store(this.words, slot, id);
    return slot;
  }

  /** Takes a call back. @returns `false` when the thread was quicker */
  takeBack(slot: number, id: number): boolean {
    if (Atomics.compareExchange(this.words, slot, id, 0) !== id) return false;
    this.#free.push(slot);
    return true;
  }

  /** Whether the thread has begun the call. */
  isClaimed(slot: number, id: number): boolean {
    return Atomics.load(this.words, slot) === -id;
  }

  /** Frees the slot of a call that has ended. */
  release(slot: number): void {
    this.#free.push(slot);
  }
}
