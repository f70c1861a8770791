import type { Message } from './messages.js';

/** The role of a node: a {@link Follower}, a {@link Candidate} or a {@link Leader}. */
export interface Role {
  /** The time of its next action, by the node's clock. */
  readonly deadline: number;
  /** Called when the deadline has passed. */
  onDeadline(): void;
  /** Handles a message of this term that is not a request for a vote. */
  receive(from: string, message: Message): void;
}
