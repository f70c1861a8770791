import type { SSLContext } from 'bight';

/** A message that a server has accepted. */
export interface Mail {
  /** The sender's address; empty for a delivery failure report. */
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body, unchanged. */
  readonly content: Buffer;
  /** The user who has logged in, or `null`. */
  readonly user: string | null;
}

/** The options of a server, and the destination of its mail. */
export interface Site {
  readonly name: string;
  /** The most bytes that a message may have. */
  readonly maxSize: number;
  /** The TLS context for STARTTLS; `null` turns it off. */
  readonly tls: SSLContext | null;
  /** The password of each user; without users, the server accepts mail from every client. */
  readonly users: ReadonlyMap<string, string>;
  /** The **seconds** for which a client may send nothing. */
  readonly patience: number;
  /** Keeps a message: when it returns, the server is responsible for the message. */
  deliver(mail: Mail): Promise<void>;
}
