import type { Loop, Profile, Snapshot, Step, Unawaited } from './reports.js';

/** How many moments are kept: at one a second, two minutes. */
const KEPT = 120;
/** How many steps are kept for the timeline. */
const STEPS_KEPT = 3000;

/** What is kept of a loop at one moment: numbers, since there may be ten thousand tasks. */
export interface Moment {
  /** Seconds of the wall clock. */
  readonly at: number;
  readonly seconds: number;
  readonly busySeconds: number;
  readonly lag: number;
  readonly isBlocked: boolean;
  readonly ready: number;
  readonly tasks: number;
  readonly handles: number;
  readonly unsent: number;
  /** How many items each queue had, by its number. */
  readonly queues: ReadonlyMap<number, number>;
  /** How many calls waited for a worker of each executor, by its number. */
  readonly queued: ReadonlyMap<number, number>;
  /** How many bytes each connection had not sent, by its number. */
  readonly unsentBy: ReadonlyMap<number, number>;
  /** For how long the functions had run, by their numbers. */
  readonly totals: ReadonlyMap<number, number>;
}

/** What is known of a loop: what it was like, and what it has done. */
export interface LoopHistory {
  readonly moments: readonly Moment[];
  readonly steps: readonly Step[];
  readonly profile: Profile | null;
}

/** What is known of all loops, by their numbers. */
export type Histories = ReadonlyMap<number, LoopHistory>;

const NOTHING: LoopHistory = { moments: [], steps: [], profile: null };
const NONE: readonly Unawaited[] = [];

/** Adds what the inspector has reported. Loops that are gone are forgotten. */
export function addMoment(
  histories: Histories,
  { loops }: Snapshot,
  profiles: readonly Profile[],
  at: number,
): Histories {
  return new Map(
    loops.map((loop) => {
      const { moments, steps, profile } = histories.get(loop.id) ?? NOTHING;
      const latest = profiles.find(({ id }) => id === loop.id) ?? null;
      return [
        loop.id,
        {
          moments: [...moments.slice(1 - KEPT), momentOf(loop, latest ?? profile, at)],
          steps: latest === null ? steps : [...steps, ...latest.steps].slice(-STEPS_KEPT),
          profile: latest ?? profile,
        },
      ];
    }),
  );
}

function momentOf(loop: Loop, profile: Profile | null, at: number): Moment {
  const { seconds, busySeconds, lag, blockedFor, ready, handles, queues, executors } = loop;
  const unsent = handles.filter((handle) => (handle.unsent ?? 0) > 0);
  return {
    at,
    seconds,
    busySeconds,
    lag: Math.max(lag, blockedFor),
    isBlocked: blockedFor > 0,
    ready,
    tasks: loop.taskCount,
    handles: loop.handleCount,
    unsent: loop.unsent,
    queues: new Map(queues.map(({ id, size }) => [id, size])),
    queued: new Map(executors.map(({ id, queued }) => [id, queued])),
    unsentBy: new Map(unsent.map((handle) => [handle.id, handle.unsent ?? 0])),
    totals: new Map((profile?.callbacks ?? []).map(({ id, total }) => [id, total])),
  };
}

/** Which part of the time a loop was busy at each moment, from 0 to 1. */
export function busyShares(moments: readonly Moment[]): number[] {
  return moments.map(({ seconds, busySeconds, isBlocked }, index) => {
    if (isBlocked) return 1;
    const before = moments[index - 1];
    if (before === undefined || seconds <= before.seconds) return 0;
    return Math.min(1, Math.max(0, (busySeconds - before.busySeconds) / (seconds - before.seconds)));
  });
}

/** What has been begun and is not awaited. */
export function unawaitedOf(history: LoopHistory): readonly Unawaited[] {
  return history.profile?.unawaited ?? NONE;
}
