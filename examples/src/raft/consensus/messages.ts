import type { Entry } from './entry.js';

/**
 * What nodes send to each other. Messages may get lost, come twice, late, and in another order. `sentAt` is a time of
 * the leader's clock, which answers return to it: so it knows until when they followed.
 */
export type Message = { readonly term: number } & (
  | {
      readonly kind: 'requestVote';
      /** Whether the candidate only asks if it could win: no term begins with that. */
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
      /** Up to where both logs are equal; or, when it was refused, where they may be. */
      readonly index: number;
      readonly sentAt: number;
    }
  | {
      readonly kind: 'snapshot';
      readonly index: number;
      /** Where in the snapshot this piece begins. */
      readonly offset: number;
      /** In base 64. */
      readonly data: string;
      readonly isLast: boolean;
      readonly sentAt: number;
    }
  | {
      readonly kind: 'received';
      readonly index: number;
      /** How much of the snapshot is there. */
      readonly offset: number;
      readonly sentAt: number;
    }
);

/** A message of one kind. */
export type MessageOf<K extends Message['kind']> = Extract<Message, { kind: K }>;
