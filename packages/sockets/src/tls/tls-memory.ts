import { markAsUntransferable } from 'node:worker_threads';
import { native } from '../binding/load.js';
import { STATE_LENGTH } from './tls-tables.js';

/** As much as an engine receives of a stream at once, and the longest record that was begun before. */
const PLAIN_LENGTH = 256 * 1024 + 20 * 1024;
const OUT_LENGTH = 128 * 1024;

const registry = new FinalizationRegistry<Set<number>>((open) => {
  for (const connection of open) native().tlsClose(connection);
});

/**
 * The memory that the TLS connections of one loop share: none of them has any of its own while nothing happens.
 *
 * A connection that goes through another one needs memory of its own, since that one's is in use meanwhile.
 */
export class TlsMemory {
  /** What is to be sent after a call. */
  readonly out: Buffer = ownBuffer(OUT_LENGTH);
  /** The words that say what a call has done: `STATE_…`. */
  readonly state: Int32Array = new Int32Array(STATE_LENGTH);
  /** The connections that are open, by their numbers: they are closed when this is collected. */
  readonly open = new Set<number>();
  #plain: Buffer | null = null;

  constructor() {
    registry.register(this, this.open);
  }

  /** Where what is decrypted may lie until it is delivered; made when it is needed first. */
  get plain(): Buffer {
    // A protocol may have detached it all the same.
    if (this.#plain === null || this.#plain.length === 0) this.#plain = ownBuffer(PLAIN_LENGTH);
    return this.#plain;
  }
}

function ownBuffer(length: number): Buffer {
  const memory = Buffer.allocUnsafeSlow(length);
  markAsUntransferable(memory.buffer);
  return memory;
}
