/** One operation of a client on a key, from the client's view. */
export interface Operation {
  readonly client: string;
  readonly key: string;
  readonly kind: 'get' | 'put' | 'append';
  /** The written or appended text; empty for a read. */
  readonly argument: string;
  /** The value of the key in the answer. */
  readonly result: string | null;
  readonly invoked: number;
  /** The time of the return; Infinity if the client never learned the outcome. */
  readonly returned: number;
}
