/** A contest between contenders that are measured in turn. */
export interface Contest {
  readonly name: string;
  readonly contenders: Record<string, () => number | Promise<number>>;
  readonly base: string;
  readonly targets?: Record<string, number>;
  readonly warmUps?: number;
}

/** What a contest has found out about one contender. */
export interface Found {
  readonly contest: string;
  readonly contender: string;
  readonly nanoseconds: number;
  readonly timesSlowerThanBase: number;
  readonly target: number | null;
}

/**
 * Runs a contest, with fewer rounds where `performance.now()` would pass the deadline, and without those contenders
 * that `failed` was called with.
 */
export function compete(
  contest: Contest,
  rounds: number,
  deadline?: number,
  failed?: (contender: string, error: unknown) => void,
): Promise<Found[]>;
