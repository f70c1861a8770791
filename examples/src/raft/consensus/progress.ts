import type { OutgoingSnapshot } from './outgoing-snapshot.js';

/** A leader's knowledge of another node. */
export interface Progress {
  /** The index up to which its log is known to be equal. */
  match: number;
  /** The entry to send next, on the assumption that earlier ones arrive. */
  next: number;
  /** The time of the last message that it has answered, by the leader's clock. */
  followedAt: number;
  /** The snapshot for a node that lacks entries which the leader no longer has. */
  snapshot: OutgoingSnapshot | null;
}
