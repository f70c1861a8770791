import {
  type BaseProtocolLike,
  ValueError,
  type WriteBufferLimits,
  type WriteTransport,
} from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import { asError } from '@bight/loop-core/low-level';
import type { Callbacks } from '../callbacks.js';

const DEFAULT_HIGH_BYTES = 64 * 1024;

/** Tells the protocol of one transport when to pause writing, and when to resume. */
export class WriteFlow {
  #highBytes = DEFAULT_HIGH_BYTES;
  #lowBytes = DEFAULT_HIGH_BYTES / 4;
  #paused = false;

  readonly #callbacks: Callbacks;
  readonly #transport: WriteTransport;

  constructor(callbacks: Callbacks, transport: WriteTransport) {
    this.#callbacks = callbacks;
    this.#transport = transport;
  }

  get limits(): [low: number, high: number] {
    return [this.#lowBytes, this.#highBytes];
  }

  /**
   * Sets the marks, each from the other where it is not given.
   *
   * @throws {TypeError} when one is no number
   * @throws {ValueError} unless high ≥ low ≥ 0
   */
  setLimits(limits: WriteBufferLimits | null | undefined): void {
    const givenHigh = checkMark(limits?.high, 'high');
    const givenLow = checkMark(limits?.low, 'low');
    const high = givenHigh ?? (givenLow === null ? DEFAULT_HIGH_BYTES : 4 * givenLow);
    const low = givenLow ?? Math.floor(high / 4);
    if (!(high >= low && low >= 0))
      throw new ValueError(`high (${high}) must be >= low (${low}) must be >= 0`);
    this.#highBytes = high;
    this.#lowBytes = low;
    this.grown();
  }

  /** The buffer may have grown. */
  grown(): void {
    if (this.#paused || this.#transport.getWriteBufferSize() <= this.#highBytes) return;
    this.#paused = true;
    this.#call('pauseWriting');
  }

  /** The buffer has shrunk. */
  shrunk(): void {
    if (!this.#paused || this.#transport.getWriteBufferSize() > this.#lowBytes) return;
    this.#paused = false;
    this.#call('resumeWriting');
  }

  #call(method: 'pauseWriting' | 'resumeWriting'): void {
    const protocol = this.#transport.getProtocol() as BaseProtocolLike | null;
    try {
      this.#callbacks.run(callMethod, protocol, method);
    } catch (error) {
      this.#callbacks.loop.callExceptionHandler({
        message: `protocol.${method}() failed`,
        exception: asError(error),
        transport: this.#transport,
        protocol: protocol ?? undefined,
      });
    }
  }
}

function callMethod(this: BaseProtocolLike | null, method: 'pauseWriting' | 'resumeWriting'): void {
  this?.[method]?.();
}

function checkMark(value: unknown, name: string): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'number') throw typeError(name, 'a number of bytes', value);
  return value;
}
