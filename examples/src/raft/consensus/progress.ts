import type { OutgoingSnapshot } from './outgoing-snapshot.js';

/** What a leader knows of another node. */
export interface Progress {
  /** Up to where its log is known to be equal. */
  match: number;
  /** The entry that is sent next, in the hope that those before arrive. */
  next: number;
  /** When the last message was sent that it has answered, by the leader's clock. */
  followedAt: number;
  /** The snapshot that it receives, since it lacks entries that the leader no longer has. */
  snapshot: OutgoingSnapshot | null;
}
