import type { Message } from './messages.js';

/** What a node is at a time: a {@link Follower}, a {@link Candidate} or a {@link Leader}. */
export interface Role {
  /** When it does something by itself, by the node's clock. */
  readonly deadline: number;
  /** The deadline has come. */
  onDeadline(): void;
  /** Takes a message of this term that is not a request for a vote. */
  receive(from: string, message: Message): void;
}
