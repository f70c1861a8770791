import type { Snapshot } from './entry.js';
import type { MessageOf } from './messages.js';

/** A snapshot on its way to a follower: the next piece goes when the one before has arrived. */
export class OutgoingSnapshot {
  readonly index: number;
  readonly #bytes: Buffer;
  readonly #pieceBytes: number;
  #offset = 0;

  constructor(snapshot: Snapshot, pieceBytes: number) {
    this.index = snapshot.index;
    this.#bytes = Buffer.from(JSON.stringify(snapshot));
    this.#pieceBytes = pieceBytes;
  }

  /** The piece that the follower lacks. */
  piece(): Pick<MessageOf<'snapshot'>, 'index' | 'offset' | 'data' | 'isLast'> {
    const [offset, end] = [this.#offset, this.#offset + this.#pieceBytes];
    const data = this.#bytes.toString('base64', offset, end);
    return { index: this.index, offset, data, isLast: end >= this.#bytes.length };
  }

  /** Notes how much has arrived, as an answer says. @returns whether that is more than was known */
  hasArrived(offset: number): boolean {
    const isMore = offset > this.#offset;
    // Less: the follower was started again. What is on its way meanwhile comes with the next heartbeat.
    this.#offset = offset;
    return isMore;
  }
}
