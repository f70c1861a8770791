import { ValueError, type WriteBufferLimits } from '@bight/loop-abstract';
import { checkOptions, typeError } from '@bight/loop-abstract/validate';

/**
 * The marks between which a protocol has to pause and may resume writing. They never change: connections share the
 * usual ones.
 */
export class WaterMarks {
  /** The marks of sockets and pipes: 64 KiB, and a quarter of that. */
  static readonly usual = new WaterMarks(64 * 1024);

  /** Above this many unsent bytes the protocol has to pause. */
  readonly highBytes: number;
  /** At this many unsent bytes, or fewer, it may resume. */
  readonly lowBytes: number;

  readonly #defaultHighBytes: number;
  readonly #pausesAtHigh: boolean;

  /**
   * @param defaultHighBytes - what `highBytes` is when it is not set, in bytes
   * @param pausesAtHigh - whether reaching the high mark is enough, as with asyncio's TLS, or it has to be exceeded
   */
  constructor(
    defaultHighBytes: number,
    pausesAtHigh = false,
    highBytes = defaultHighBytes,
    lowBytes = Math.floor(highBytes / 4),
  ) {
    this.#defaultHighBytes = defaultHighBytes;
    this.#pausesAtHigh = pausesAtHigh;
    this.highBytes = highBytes;
    this.lowBytes = lowBytes;
  }

  /** Whether this many unsent bytes are too many. */
  isTooMuch(unsentBytes: number): boolean {
    return this.#pausesAtHigh ? unsentBytes >= this.highBytes : unsentBytes > this.highBytes;
  }

  /**
   * New marks: each from the other where it is not given.
   *
   * @throws {TypeError} when one is no number
   * @throws {ValueError} unless high ≥ low ≥ 0
   */
  with(limits?: WriteBufferLimits | null): WaterMarks {
    checkOptions(limits, ['high', 'low'], 'limits');
    const givenHigh = checkMark(limits?.high, 'high');
    const givenLow = checkMark(limits?.low, 'low');
    const high = givenHigh ?? (givenLow === null ? this.#defaultHighBytes : 4 * givenLow);
    const low = givenLow ?? Math.floor(high / 4);
    if (!(high >= low && low >= 0)) {
      throw new ValueError(`high (${high}) must be >= low (${low}) must be >= 0`);
    }
    return new WaterMarks(this.#defaultHighBytes, this.#pausesAtHigh, high, low);
  }
}

function checkMark(value: unknown, name: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number') throw typeError(name, 'a number of bytes', value);
  return value;
}
