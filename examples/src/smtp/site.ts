import type { SSLContext } from 'bight';

/** A message that a server has accepted. */
export interface Mail {
  /** The sender's address; empty for a report that a message could not be delivered. */
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body, as they came. */
  readonly content: Buffer;
  /** The user who has logged in; `null` if none has. */
  readonly user: string | null;
}

/** What a server offers, and where its mail goes. */
export interface Site {
  readonly name: string;
  /** The most bytes that a message may have. */
  readonly maxSize: number;
  /** With what STARTTLS encrypts; `null` is without. */
  readonly tls: SSLContext | null;
  /** The password of each user; without any, mail is taken from every client. */
  readonly users: ReadonlyMap<string, string>;
  /** How many **seconds** a client may say nothing. */
  readonly patience: number;
  /** Keeps a message: when it returns, the server has taken the responsibility for it. */
  deliver(mail: Mail): Promise<void>;
}
