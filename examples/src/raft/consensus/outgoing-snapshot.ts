import type { Snapshot } from './entry.js';
import type { MessageOf } from './messages.js';

/** A snapshot that is sent to a follower: the next piece is sent when the last one has arrived. */
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

  /** The next piece for the follower. */
  piece(): Pick<MessageOf<'snapshot'>, 'index' | 'offset' | 'data' | 'isLast'> {
    const [offset, end] = [this.#offset, this.#offset + this.#pieceBytes];
    const data = this.#bytes.toString('base64', offset, end);
    return { index: this.index, offset, data, isLast: end >= this.#bytes.length };
  }

  /** Records the received length from an answer. @returns whether it has grown */
  hasArrived(offset: number): boolean {
    const isMore = offset > this.#offset;
    // Less: the follower was restarted. The piece is sent again with the next heartbeat.
    this.#offset = offset;
    return isMore;
  }
}
