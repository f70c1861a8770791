/** One operation of a client on a key, as the client saw it. */
export interface Operation {
  readonly client: string;
  readonly key: string;
  readonly kind: 'get' | 'put' | 'append';
  /** What was written or appended; nothing, for a read. */
  readonly argument: string;
  /** The value of the key, as the answer has it. */
  readonly result: string | null;
  readonly invoked: number;
  /** Infinity when the client never learned what became of it. */
  readonly returned: number;
}
