/** A command of the key-value store; reads are commands, too, so that they see what was committed before them. */
export type Command =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'nothing' };

/** An entry of the replicated log. */
export interface Entry {
  readonly term: number;
  readonly command: Command;
}

/** What nodes send to each other, each in one datagram: what gets lost is sent again. */
export type Message =
  | { kind: 'requestVote'; from: string; term: number; lastIndex: number; lastTerm: number }
  | { kind: 'vote'; from: string; term: number; granted: boolean }
  | {
      kind: 'append';
      from: string;
      term: number;
      previousIndex: number;
      previousTerm: number;
      entries: Entry[];
      commitIndex: number;
    }
  | { kind: 'appended'; from: string; term: number; ok: boolean; matchIndex: number };

/** What a client asks for, one line of JSON. */
export type Request = Exclude<Command, { kind: 'nothing' }>;

/** What a node answers: the value that a read has found; which node to ask instead; or that the outcome is open. */
export type Reply =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly leader: string | null; readonly isOpen?: true };
