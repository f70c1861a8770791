import { busyShares, type LoopHistory, type Moment, unawaitedOf } from './history.js';
import type { Loop } from './reports.js';

const BLOCKED_SECONDS = 0.05;
const BUSY_SHARE = 0.95;
const MANY_MORE = 20;
/** Over how many moments growth is judged. */
const MOMENTS = 8;
const NEVER_DRAINS_MOMENTS = 5;

/** Something that is worth a look, and what to do about it. */
export interface Warning {
  readonly title: string;
  readonly advice: string;
  /** `file:line:column`. */
  readonly where?: string | null;
}

/** What is worth a look in a loop. */
export function warningsOf(loop: Loop, history: LoopHistory): Warning[] {
  const recent = history.moments.slice(-MOMENTS);
  return [
    ...blocking(loop, history),
    ...neverYielding(history, recent),
    ...unawaited(history),
    ...growing(loop, recent),
    ...notDraining(loop, history.moments.slice(-NEVER_DRAINS_MOMENTS)),
  ];
}

function blocking(loop: Loop, { profile }: LoopHistory): Warning[] {
  const long = (profile?.callbacks ?? []).filter(({ longest }) => longest >= BLOCKED_SECONDS);
  const warnings: Warning[] = long
    .sort((one, other) => other.longest - one.longest)
    .slice(0, 5)
    .map(({ name, kind, longest, where }) => ({
      title: `${kind === 'task' ? 'A step' : 'A run'} of ${name}() blocked the loop for ${milliseconds(longest)}`,
      advice:
        'Nothing else runs meanwhile. Move the work to toThread() or a pool, or await checkpoint() in between.',
      where,
    }));
  if (warnings.length === 0 && loop.lag >= BLOCKED_SECONDS) {
    warnings.push({
      title: `Timers were up to ${milliseconds(loop.lag)} late`,
      advice:
        'A callback or a step takes that long. It is named here when it happens again while this page is open.',
    });
  }
  return warnings;
}

function neverYielding({ profile }: LoopHistory, recent: readonly Moment[]): Warning[] {
  const [first, last] = [recent[0], recent.at(-1)];
  if (first === undefined || last === undefined || recent.length < 3) return [];
  const shares = busyShares(recent).slice(1);
  if (shares.some((share) => share < BUSY_SHARE)) return [];
  const seconds = last.at - first.at;
  const spent = (id: number): number => (last.totals.get(id) ?? 0) - (first.totals.get(id) ?? 0);
  const [most] = [...(profile?.callbacks ?? [])].sort((one, other) => spent(other.id) - spent(one.id));
  const advice =
    'Does it wait for nothing but sleep(0), or poll? Let it await an event, a queue or a longer sleep(), or move the work to a pool.';
  if (most !== undefined && spent(most.id) > seconds / 2) {
    return [{ title: `${most.name}() never yields: it takes the whole loop`, advice, where: most.where }];
  }
  return [
    {
      title: 'The loop is busy all the time',
      advice:
        'A task never waits, or there is more work than one thread can do. See the callbacks that take the most.',
    },
  ];
}

function unawaited(history: LoopHistory): Warning[] {
  const found = unawaitedOf(history);
  const byPlace = new Map(found.map((one) => [`${one.coroutine} ${one.where}`, one]));
  return [...byPlace.values()].slice(0, 5).map(({ task, coroutine, where }) => ({
    title: `${coroutine}() has ended, and a promise that it has begun still runs, which no code awaits`,
    advice: `Its errors are lost, and no cancel reaches it (task ${task}). Await it, or make it a task of a TaskGroup.`,
    where,
  }));
}

function growing(loop: Loop, recent: readonly Moment[]): Warning[] {
  if (recent.length < MOMENTS) return [];
  const warnings: Warning[] = [];
  for (const { id, name, size, capacity, stack } of loop.queues) {
    if (!isGrowing(recent.map(({ queues }) => queues.get(id) ?? 0))) continue;
    warnings.push({
      title: `A ${name} only grows: ${size} items`,
      advice: `Its consumers are slower than its producers, or gone. ${capacity === null ? 'Give it a maxsize: then put() waits.' : 'It is not full yet.'}`,
      where: placeIn(stack),
    });
  }
  for (const { id, name, queued } of loop.executors) {
    if (!isGrowing(recent.map((moment) => moment.queued.get(id) ?? 0))) continue;
    warnings.push({
      title: `The queue of a ${name} only grows: ${queued} calls`,
      advice:
        'Its workers are slower than the program submits. A CapacityLimiter bounds how many calls there are.',
    });
  }
  if (isGrowing(recent.map(({ ready }) => ready))) {
    warnings.push({
      title: `More and more callbacks wait for their turn: ${loop.ready}`,
      advice: 'The loop cannot keep up. See the callbacks that take the most.',
    });
  }
  if (isGrowing(recent.map(({ tasks }) => tasks))) {
    warnings.push({
      title: `There are more and more tasks: ${loop.taskCount}`,
      advice: 'Does each of them end? A time limit ends waits, and a CapacityLimiter bounds how many run.',
    });
  }
  if (isGrowing(recent.map(({ handles }) => handles))) {
    warnings.push({
      title: `There are more and more open handles: ${loop.handleCount}`,
      advice: 'Are connections closed? Debug mode (BIGHT_DEBUG=1) shows where each was made.',
    });
  }
  return warnings;
}

function notDraining(loop: Loop, recent: readonly Moment[]): Warning[] {
  const first = recent[0];
  if (recent.length < NEVER_DRAINS_MOMENTS || first === undefined) return [];
  return loop.handles
    .filter(
      ({ id, unsent }) => (unsent ?? 0) > 0 && recent.every(({ unsentBy }) => (unsentBy.get(id) ?? 0) > 0),
    )
    .filter(({ id, unsent }) => (unsent ?? 0) >= (first.unsentBy.get(id) ?? 0))
    .slice(0, 5)
    .map(({ peer, text, unsent, stack }) => ({
      title: `A connection does not drain: ${bytes(unsent ?? 0)} wait for ${peer ?? text}`,
      advice: 'The peer does not read. Await writer.drain() before you write more, with a time limit.',
      where: placeIn(stack),
    }));
}

/** The place at the top of a stack; `null` where that is inside of bight. */
function placeIn(stack: string | null): string | null {
  const [, place] =
    /^\s*at (?:.* \()?(?:file:\/\/)?([^()\s]+:\d+:\d+)\)?$/.exec(stack?.split('\n')[0] ?? '') ?? [];
  return place === undefined || /^\s*at creationStack /.test(stack ?? '') ? null : place;
}

function isGrowing(counts: readonly number[]): boolean {
  const [first, last] = [counts[0] ?? 0, counts.at(-1) ?? 0];
  const neverFalls = counts.every((count, index) => index === 0 || count >= (counts[index - 1] ?? 0));
  return neverFalls && last - first >= Math.max(MANY_MORE, first / 10);
}

/** A time, in milliseconds or seconds. */
export function milliseconds(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(1)} s`;
  if (seconds >= 0.1) return `${(seconds * 1000).toFixed(0)} ms`;
  return seconds >= 0.001 ? `${(seconds * 1000).toFixed(1)} ms` : `${(seconds * 1e6).toFixed(0)} µs`;
}

/** A size, in bytes and their multiples. */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 ** 2) return `${(size / 1024).toFixed(1)} KB`;
  return `${(size / 1024 ** 2).toFixed(1)} MB`;
}
