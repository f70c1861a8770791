/**
 * A command of the key-value store. A client opens a session and numbers its commands, so that a command that is sent
 * again takes effect only once.
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

/** The result of a command: the new value of its key, the number of its session, or the reason of a refusal. */
export type Result =
  | { readonly ok: true; readonly value: string | null }
  | { readonly ok: false; readonly reason: 'refused'; readonly message: string };
