import type { WireError } from './wire-error.js';

/** As much of a MessagePort as both ends need; the same on every platform. */
export interface Port {
  onmessage: ((event: { data: never }) => void) | null;
  postMessage(message: unknown): void;
  addEventListener?(type: 'close', listener: () => void): void;
  close(): void;
  /** Node.js and the like: whether the port keeps its thread alive. */
  ref?(): void;
  unref?(): void;
}

/** A call on its way to the loop. */
export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly args: unknown[];
}

/** The outcome on its way back. */
export interface ReplyMessage {
  readonly id: number;
  readonly outcome: { readonly value: unknown } | { readonly error: WireError };
}
