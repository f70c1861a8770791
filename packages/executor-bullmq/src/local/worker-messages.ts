/** A call, as a worker process is sent it. */
export interface LocalCall {
  readonly type: 'call';
  readonly id: string;
  readonly attempt: number;
  readonly url: string;
  readonly name: string;
  /** What `v8.serialize()` makes of the arguments and of the context variables. */
  readonly values: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number | null;
}

/** What a worker process is sent. */
export type ToWorker = LocalCall | { readonly type: 'cancel' };

/** What a worker process answers. A job may send messages of its own. */
export type FromWorker =
  | { readonly type: 'bight:progress'; readonly value: Uint8Array }
  | { readonly type: 'bight:returned'; readonly value: Uint8Array }
  | { readonly type: 'bight:failed'; readonly error: string; readonly isFinal: boolean }
  | { readonly type: 'bight:cancelled' };
