import { access, constants, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CoroutineCount, escapeControls, type TaskState } from '@bight/loop-core/low-level';
import colors from 'picocolors';
import { LONGEST_TRACE_SECONDS, listen } from '../server/listen.js';
import { withTarget } from './connect.js';
import type { JsonOption } from './list-tasks.js';
import { print } from './print.js';
import { formatTable } from './table.js';
import type { TargetCounts } from './target.js';
import { parseCount, parsePid, parsePort, parseSeconds } from './usage-error.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setImmediate, setTimeout } = globalThis;

/** At what interval `top` samples, and how many times. */
export interface TopOptions extends JsonOption {
  /** How many times; by default until it is interrupted. */
  readonly count?: unknown;
  /** How long in between; by default a second. */
  readonly interval?: unknown;
}

/** Shows again and again how busy the loops of a process are. */
export async function top(pid: unknown, { json, count, interval }: TopOptions): Promise<number> {
  const number = parsePid(pid);
  const times = count === undefined ? Number.POSITIVE_INFINITY : parseCount(count, 'count');
  const seconds = parseSeconds(interval ?? 1, 'interval');
  return await withTarget(number, async (target) => {
    const leaving = interrupted();
    let before = await target.counts();
    for (let time = 0; time < times; time++) {
      let timer: NodeJS.Timeout | undefined;
      const isDue = new Promise((resolve) => {
        timer = setTimeout(resolve, seconds * 1000);
      });
      await Promise.race([leaving, isDue]);
      clearTimeout(timer);
      if (leaving.isOver) break;
      const now = await target.counts();
      const loops = now.loops.map((loop) => loadOf(loop, before));
      if (json) print(JSON.stringify({ pid: now.pid, loops }));
      else show(now, loops);
      before = now;
    }
    return 0;
  });
}

interface Load {
  readonly id: number;
  /** Which part of the time the loop was busy, from 0 to 1. */
  readonly busy: number;
  /** How late its timers were, in seconds. */
  readonly lag: number;
  readonly tasks: number;
  readonly handles: number;
  readonly blockedFor: number;
  /** How many tasks there are in each state. */
  readonly states: Readonly<Record<TaskState, number>>;
  /** The coroutine functions that the most tasks run, the most first. */
  readonly coroutines: readonly CoroutineCount[];
}

function loadOf(loop: TargetCounts['loops'][number], before: TargetCounts): Load {
  const { id, seconds, busySeconds, lag, blockedFor } = loop;
  const earlier = before.loops.find((one) => one.id === id);
  const since = seconds - (earlier?.seconds ?? 0);
  const share = since > 0 ? (busySeconds - (earlier?.busySeconds ?? 0)) / since : blockedFor > 0 ? 1 : 0;
  const busy = Math.min(1, Math.max(0, share));
  return {
    id,
    busy,
    lag: Math.max(lag, blockedFor),
    tasks: loop.taskCount,
    handles: loop.handleCount,
    blockedFor,
    states: loop.taskStates,
    coroutines: loop.coroutines,
  };
}

/** How many coroutine functions of a loop are shown. */
const MOST_SHOWN = 5;

function show({ pid }: TargetCounts, loads: readonly Load[]): void {
  const rows = loads.map(({ id, busy, lag, tasks, handles, blockedFor }) => [
    String(id),
    `${(busy * 100).toFixed(1)} %`,
    `${(lag * 1000).toFixed(1)} ms`,
    String(tasks),
    String(handles),
    blockedFor > 0 ? `${blockedFor.toFixed(1)} s` : '',
  ]);
  const text = formatTable(['LOOP', 'BUSY', 'LAG', 'TASKS', 'HANDLES', 'BLOCKED'], rows);
  const functions = loads.flatMap(({ id, coroutines }) =>
    coroutines
      .slice(0, MOST_SHOWN)
      .map(({ name, count }) => [String(id), String(count), `${escapeControls(name)}()`]),
  );
  const parts = [colors.bold(`process ${pid}`), text];
  if (functions.length > 0) parts.push(formatTable(['LOOP', 'TASKS', 'COROUTINE'], functions));
  // On a terminal each picture replaces the last one; in a pipe they follow each other.
  const clear = process.stdout.isTTY ? '\u001b[H\u001b[J' : '';
  print(`${clear}${parts.join('\n')}`);
}

/** What `trace` records. */
export interface TraceCommandOptions extends JsonOption {
  /** For how long: at most a minute, by default five seconds. */
  readonly seconds?: unknown;
  /** The file; by default `bight-PID.json`. */
  readonly output?: unknown;
  /** Keep only what led to a lag of this much. */
  readonly whenLag?: unknown;
}

/** Records what the loop of a process does. */
export async function trace(
  pid: unknown,
  { json, seconds, output, whenLag }: TraceCommandOptions,
): Promise<number> {
  const number = parsePid(pid);
  const length = parseSeconds(seconds ?? 5, 'seconds', LONGEST_TRACE_SECONDS);
  const lag = whenLag === undefined ? null : parseSeconds(whenLag, 'when-lag');
  const file = output === undefined ? `bight-${number}.json` : String(output);
  // Before the recording, which takes time.
  if (file !== '-') await access(path.dirname(path.resolve(file)), constants.W_OK);
  const text = await withTarget(number, (target) => target.trace(length, lag, null));
  if (file === '-') {
    process.stdout.write(text);
  } else {
    await writeFile(file, text);
    print(json ? JSON.stringify({ pid: number, file }) : `${file}: open it in https://ui.perfetto.dev`);
  }
  return 0;
}

/** Where the page is served. */
export interface InspectCommandOptions extends JsonOption {
  /** The port; by default one that is free. */
  readonly port?: unknown;
}

/** Serves the page of a process's inspector until it is interrupted. */
export async function inspect(pid: unknown, { json, port }: InspectCommandOptions): Promise<number> {
  const number = parsePid(pid);
  const wanted = port === undefined ? 0 : parsePort(port);
  const status = await withTarget(number, async (target) => {
    await target.counts();
    const { url, token } = await listen({ path: null, host: '127.0.0.1', port: wanted }, target);
    print(json ? JSON.stringify({ pid: number, url, token }) : `${url}/#token=${token}`);
    await interrupted();
    return 0;
  });
  // The page may still be connected.
  setImmediate(() => process.exit(status));
  return status;
}

/** Resolves when the user interrupts, or the reader of the output closes it. */
function interrupted(): Promise<void> & { isOver: boolean } {
  let over = (): void => {};
  const promise = Object.assign(
    new Promise<void>((resolve) => {
      over = resolve;
    }),
    { isOver: false },
  );
  const end = (): void => {
    promise.isOver = true;
    over();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  process.stdout.once('error', end);
  return promise;
}
