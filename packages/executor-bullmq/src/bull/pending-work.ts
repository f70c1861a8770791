/** The commands under way, which `close()` waits for. */
export class PendingWork {
  readonly #pending = new Set<Promise<unknown>>();

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Keeps work until it has settled. An error of it is dropped: the next check of the jobs repeats what failed. */
  add(work: Promise<unknown>): void {
    const tracked = work.catch(() => undefined);
    this.#pending.add(tracked);
    void tracked.then(() => this.#pending.delete(tracked));
  }

  /** Fulfilled when all that is under way now has settled. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
