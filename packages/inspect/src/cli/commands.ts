import { writeFile } from 'node:fs/promises';
import { escapeControls } from '@bight/loop-core/low-level';
import colors from 'picocolors';
import { listen } from '../server/listen.js';
import { withTarget } from './connect.js';
import { cut, formatTable } from './table.js';
import type { TargetLoop, TargetSnapshot } from './target.js';
import { formatTree, titleOf, treeOf } from './tree.js';
import { parseCount, parsePid, parseSeconds } from './usage-error.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setImmediate, setTimeout } = globalThis;

/** Whether results are wanted as JSON. */
export interface JsonOption {
  /** As JSON. */
  readonly json?: boolean;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Lists the tasks of a process. */
export async function ps(pid: unknown, { json }: JsonOption): Promise<number> {
  const snapshot = await withTarget(parsePid(pid), (target) => target.snapshot());
  if (json) {
    const loops = snapshot.loops.map(({ id, blockedFor, tasks, blockedStack }) => {
      return { id, blockedFor, ...(blockedStack ? { blockedStack } : undefined), tasks };
    });
    print(JSON.stringify({ pid: snapshot.pid, loops }));
    return 0;
  }
  for (const loop of snapshot.loops) {
    print(headingOf(loop));
    const rows = loop.tasks.map(({ id, name, state, coroutine, awaitedBy }) => {
      return [String(id), name, state, `${coroutine}()`, awaitedBy.join(' ')].map(escapeControls);
    });
    print(formatTable(['ID', 'NAME', 'STATE', 'COROUTINE', 'AWAITED BY'], rows));
  }
  return 0;
}

/** Shows the tasks of a process as a tree: below each those that it awaits. */
export async function pstree(pid: unknown, { json }: JsonOption): Promise<number> {
  const snapshot = await withTarget(parsePid(pid), (target) => target.snapshot());
  const loops = snapshot.loops.map((loop) => ({ loop, roots: treeOf(loop.tasks) }));
  if (json) {
    const data = loops.map(({ loop: { id, blockedFor }, roots }) => ({ id, blockedFor, roots }));
    print(JSON.stringify({ pid: snapshot.pid, loops: data }));
    return 0;
  }
  for (const { loop, roots } of loops) {
    print(headingOf(loop));
    for (const line of formatTree(roots, titleOf)) print(cut(line));
  }
  return 0;
}

function headingOf(loop: TargetLoop): string {
  const blocked = loop.blockedFor > 0 ? colors.red(` blocked for ${loop.blockedFor.toFixed(1)} s`) : '';
  const stack = (loop.blockedStack ?? []).map((line) => `\n    at ${escapeControls(line)}`).join('');
  return colors.bold(`${loop.name} ${loop.id}`) + blocked + stack;
}

/** How often `top` looks, and how many times. */
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
    let before = await target.snapshot();
    for (let time = 0; time < times; time++) {
      let timer: NodeJS.Timeout | undefined;
      const isDue = new Promise((resolve) => {
        timer = setTimeout(resolve, seconds * 1000);
      });
      await Promise.race([leaving, isDue]);
      clearTimeout(timer);
      if (leaving.isOver) break;
      const now = await target.snapshot();
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
}

function loadOf(
  { id, seconds, busySeconds, lag, tasks, handles, blockedFor }: TargetLoop,
  before: TargetSnapshot,
): Load {
  const earlier = before.loops.find((loop) => loop.id === id);
  const since = seconds - (earlier?.seconds ?? 0);
  const share = since > 0 ? (busySeconds - (earlier?.busySeconds ?? 0)) / since : blockedFor > 0 ? 1 : 0;
  const busy = Math.min(1, Math.max(0, share));
  return {
    id,
    busy,
    lag: Math.max(lag, blockedFor),
    tasks: tasks.length,
    handles: handles.length,
    blockedFor,
  };
}

function show(snapshot: TargetSnapshot, loads: readonly Load[]): void {
  const rows = loads.map(({ id, busy, lag, tasks, handles, blockedFor }) => [
    String(id),
    `${(busy * 100).toFixed(1)} %`,
    `${(lag * 1000).toFixed(1)} ms`,
    String(tasks),
    String(handles),
    blockedFor > 0 ? `${blockedFor.toFixed(1)} s` : '',
  ]);
  const text = formatTable(['LOOP', 'BUSY', 'LAG', 'TASKS', 'HANDLES', 'BLOCKED'], rows);
  // On a terminal each picture replaces the last one; in a pipe they follow each other.
  const clear = process.stdout.isTTY ? '\u001b[H\u001b[J' : '';
  print(`${clear}${colors.bold(`process ${snapshot.pid}`)}\n${text}`);
}

/** What `trace` records. */
export interface TraceCommandOptions extends JsonOption {
  /** For how long; by default five seconds. */
  readonly seconds?: unknown;
  /** The file; by default `bight-PID.json`. */
  readonly output?: unknown;
  /** Keep only what led to a lag of so much. */
  readonly whenLag?: unknown;
}

/** Records what the loop of a process does. */
export async function trace(
  pid: unknown,
  { json, seconds, output, whenLag }: TraceCommandOptions,
): Promise<number> {
  const number = parsePid(pid);
  const length = parseSeconds(seconds ?? 5, 'seconds');
  const lag = whenLag === undefined ? null : parseSeconds(whenLag, 'when-lag');
  const file = output === undefined ? `bight-${number}.json` : String(output);
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
  const status = await withTarget(number, async (target) => {
    const wanted = port === undefined ? 0 : parseCount(port, 'port');
    await target.snapshot();
    const { url, token } = await listen({ path: null, host: '127.0.0.1', port: wanted }, target);
    print(json ? JSON.stringify({ pid: number, url, token }) : `${url}/#token=${token}`);
    await interrupted();
    return 0;
  });
  // The page may still be connected.
  setImmediate(() => process.exit(status));
  return status;
}

/** Resolves when the user, or what reads the output, wants no more. */
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
