const FIRST_SECONDS = 0.1;
const LONGEST_SECONDS = 30;
/** The life of a worker after which its successor starts at once. */
const LONG_LIFE_SECONDS = 10;

/** How long each place of a worker stays empty when its worker has died: 0, 0.1, 0.2, … 30 seconds. */
export class RestartDelays {
  readonly #next = new Map<number, number>();

  /**
   * @param slot - the place of the worker
   * @param lifeSeconds - how long the worker has lived
   * @returns the **seconds** before its successor starts
   */
  after(slot: number, lifeSeconds: number): number {
    const delay = lifeSeconds >= LONG_LIFE_SECONDS ? 0 : (this.#next.get(slot) ?? 0);
    this.#next.set(slot, Math.min(Math.max(delay * 2, FIRST_SECONDS), LONGEST_SECONDS));
    return delay;
  }
}
