const FIRST_SECONDS = 60;
const LONGEST_SECONDS = 3600;

interface Silence {
  failures: number;
  /** On the loop's clock. */
  until: number;
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Addresses that do not answer: they are left alone for a minute, then for two, and so on up to an hour, though other
 * nodes may still name them.
 */
export class Backoff {
  readonly #silences = new Map<string, Silence>();

  /**
   * Notes that no answer came.
   *
   * @returns how often that was so since the last one
   */
  failed(place: Place, now: number): number {
    const key = keyOf(place);
    const failures = (this.#silences.get(key)?.failures ?? 0) + 1;
    const seconds = Math.min(FIRST_SECONDS * 2 ** (failures - 1), LONGEST_SECONDS);
    this.#silences.set(key, { failures, until: now + seconds });
    return failures;
  }

  /** Notes that something came from an address. */
  heardFrom(place: Place): void {
    if (this.#silences.size > 0) this.#silences.delete(keyOf(place));
  }

  /** Whether an address is to be left alone. */
  isSilent(place: Place, now: number): boolean {
    if (this.#silences.size === 0) return false;
    const silence = this.#silences.get(keyOf(place));
    return silence !== undefined && now < silence.until;
  }

  /** Forgets what was long ago. */
  prune(now: number): void {
    for (const [key, { until }] of this.#silences) {
      if (until + 2 * LONGEST_SECONDS < now) this.#silences.delete(key);
    }
  }
}

function keyOf({ host, port }: Place): string {
  return `${host}:${port}`;
}
