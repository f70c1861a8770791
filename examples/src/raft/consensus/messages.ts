import type { Entry } from './entry.js';

/**
 * The messages between nodes. They may be lost, duplicated, delayed and reordered. `sentAt` is a time of the leader's
 * clock, which answers return, so that the leader knows until when a node has followed it.
 */
export type Message = { readonly term: number } & (
  | {
      readonly kind: 'requestVote';
      /** Whether it is a pre-vote, which begins no term. */
      readonly isTrial: boolean;
      readonly lastIndex: number;
      readonly lastTerm: number;
    }
  | { readonly kind: 'vote'; readonly isTrial: boolean; readonly granted: boolean }
  | {
      readonly kind: 'append';
      readonly previousIndex: number;
      readonly previousTerm: number;
      readonly entries: readonly Entry[];
      readonly commitIndex: number;
      readonly sentAt: number;
    }
  | {
      readonly kind: 'appended';
      readonly ok: boolean;
      /** The index up to which both logs are equal; after a refusal, up to which they may be. */
      readonly index: number;
      readonly sentAt: number;
    }
  | {
      readonly kind: 'snapshot';
      readonly index: number;
      /** The offset of this piece in the snapshot. */
      readonly offset: number;
      /** In base 64. */
      readonly data: string;
      readonly isLast: boolean;
      readonly sentAt: number;
    }
  | {
      readonly kind: 'received';
      readonly index: number;
      /** The received length of the snapshot. */
      readonly offset: number;
      readonly sentAt: number;
    }
);

/** A message of one kind. */
export type MessageOf<K extends Message['kind']> = Extract<Message, { kind: K }>;
