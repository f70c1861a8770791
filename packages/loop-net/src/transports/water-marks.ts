import { ValueError, type WriteBufferLimits } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';

const DEFAULT_HIGH_BYTES = 64 * 1024;

/** The marks between which a protocol is told to pause and to resume writing. */
export class WaterMarks {
  /** More unsent bytes than this: pause. */
  highBytes = DEFAULT_HIGH_BYTES;
  /** So many or fewer: resume. */
  lowBytes: number = DEFAULT_HIGH_BYTES / 4;

  /**
   * Sets both, each from the other where it is not given.
   *
   * @throws {TypeError} when one is no number
   * @throws {ValueError} unless high ≥ low ≥ 0
   */
  set(limits: WriteBufferLimits | null | undefined): void {
    const givenHigh = checkMark(limits?.high, 'high');
    const givenLow = checkMark(limits?.low, 'low');
    const high = givenHigh ?? (givenLow === null ? DEFAULT_HIGH_BYTES : 4 * givenLow);
    const low = givenLow ?? Math.floor(high / 4);
    if (!(high >= low && low >= 0)) {
      throw new ValueError(`high (${high}) must be >= low (${low}) must be >= 0`);
    }
    this.highBytes = high;
    this.lowBytes = low;
  }
}

function checkMark(value: unknown, name: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number') {
    throw typeError(name, 'a number of bytes', value);
  }
  return value;
}
