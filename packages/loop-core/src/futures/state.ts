// Where a future stands. Small integers, because every hot path compares them.
export const PENDING = 0;
export const CANCELLED = 1;
export const FINISHED = 2;
export const FAILED = 3;

/** The state of a future. @internal */
export type State = typeof PENDING | typeof CANCELLED | typeof FINISHED | typeof FAILED;
