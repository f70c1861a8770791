import { executorOf } from '../debugging/executor-calls.js';
import type { LiveHandle } from '../debugging/open-handles.js';
import { attempt } from './attempt.js';
import { numberOf } from './numbers.js';

/** Something that is open, as data. */
export interface HandleSnapshot {
  /** Its number in this thread. */
  readonly id: number;
  /** What it is: `'transport'`, `'server'`, `'process'`, … */
  readonly kind: string;
  /** Its description. */
  readonly text: string;
  /** Where it was made; in debug mode. */
  readonly stack: string | null;
  /** The address of the other end, where there is one. */
  readonly peer?: string;
  /** How many bytes it has not sent yet. */
  readonly unsent?: number;
  /** The number of the process that it is. */
  readonly pid?: number;
}

/** The calls of an executor that have not returned, as data. */
export interface ExecutorSnapshot {
  /** The number of the executor in this thread. */
  readonly id: number;
  /** Its class. */
  readonly name: string;
  /** How many calls run. */
  readonly running: number;
  /** How many wait for a worker. */
  readonly queued: number;
}

/** The members that handles may have. Add-ons and users make handles: each is checked for what it has. */
interface Describable {
  getWriteBufferSize?(): unknown;
  getExtraInfo?(name: string): unknown;
  getPid?(): unknown;
}

/** Something that is open, as data. @internal */
export function snapshotOfHandle({ kind, handle, stack }: LiveHandle): HandleSnapshot {
  const { getExtraInfo, getPid } = handle as Describable;
  const peer = attempt(() => describeAddress(getExtraInfo?.call(handle, 'peername')));
  const unsent = unsentBy(handle);
  const pid = attempt(() => getPid?.call(handle));
  return {
    id: numberOf(handle),
    kind,
    text: textOf(handle),
    stack: stack ?? null,
    ...(peer === undefined ? undefined : { peer }),
    ...(unsent === undefined ? undefined : { unsent }),
    ...(typeof pid === 'number' ? { pid } : undefined),
  };
}

function describeAddress(address: unknown): string | undefined {
  if (typeof address === 'string') return address === '' ? undefined : address;
  const { host, port } = Object(address) as { host?: unknown; port?: unknown };
  if (typeof host !== 'string') return undefined;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The executors whose calls are among what is open. @internal */
export function executorsOf(handles: readonly LiveHandle[]): ExecutorSnapshot[] {
  const found = new Map<object, { running: number; queued: number }>();
  for (const { handle } of handles) {
    const executor = executorOf(handle);
    if (executor === undefined) continue;
    const counts = found.get(executor) ?? { running: 0, queued: 0 };
    found.set(executor, counts);
    if (attempt(() => (handle as { running?(): boolean }).running?.()) === false) counts.queued++;
    else counts.running++;
  }
  return [...found].map(([executor, counts]) => ({
    id: numberOf(executor),
    name: executor.constructor.name,
    ...counts,
  }));
}

function textOf(handle: object): string {
  const text = attempt(() => String(handle));
  if (text !== undefined && !text.startsWith('[object ')) return text;
  return attempt(() => handle.constructor.name) ?? 'object';
}

/** How many bytes something has not sent yet; `undefined` where it has no such number. @internal */
export function unsentBy(handle: object): number | undefined {
  const size = attempt(() => (handle as Describable).getWriteBufferSize?.());
  return typeof size === 'number' ? size : undefined;
}

/** At most this many of these, in their order: those that have the most unsent bytes. @internal */
export function mostUnsent(handles: readonly LiveHandle[], limit = handles.length): readonly LiveHandle[] {
  if (handles.length <= limit) return handles;
  const sized = handles.map((one, at) => ({ one, at, size: unsentBy(one.handle) ?? 0 }));
  const most = sized.sort((one, other) => other.size - one.size).slice(0, limit);
  return most.sort((one, other) => one.at - other.at).map(({ one }) => one);
}
