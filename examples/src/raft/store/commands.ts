/**
 * A command of the key-value store. A client opens a session and numbers its commands, so that one that it has to send
 * again takes effect once.
 */
export type Command = { readonly kind: 'open' } | Change;

/** A command of a session. */
export interface Change {
  readonly kind: 'put' | 'append' | 'delete';
  readonly session: number;
  readonly sequence: number;
  readonly key: string;
  readonly value: string;
}

/** What a command has led to: the new value of its key, the number of its session; or why it was refused. */
export type Result =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly reason: 'refused'; readonly message: string };
