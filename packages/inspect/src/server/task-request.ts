/** Which tasks are wanted. */
export interface TaskRequest {
  /** Of this loop only; `null` for all of them. */
  readonly loop: number | null;
  /** Those with higher numbers. */
  readonly after: number;
  /** At most this many of each loop. */
  readonly limit: number;
}
