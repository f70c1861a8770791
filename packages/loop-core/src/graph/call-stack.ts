import { framesOf, parseFrame } from '../debugging/stack-frames.js';
import { usersFrames } from '../debugging/stacks.js';
import { Future } from '../futures/future.js';
import { kDependsOn, kSourceTraceback } from '../internals.js';
import { suspendedFrames } from '../tasks/suspended-frames.js';
import { Task } from '../tasks/task.js';
import { attempt } from './attempt.js';

/** A line of a stack. */
export interface FrameCallGraphEntry {
  /** The name of the function; empty where it has none. */
  readonly functionName: string;
  /** The path of the file, or its URL where it is no file. */
  readonly fileName: string;
  /** The line, counted from 1. */
  readonly lineNumber: number;
  /** The column, counted from 1. */
  readonly columnNumber: number;
}

/**
 * Where tasks stand, the innermost call first: where their async functions wait, as far as the engine shows that. Of
 * generators and of what waits for foreign promises it does not; there debug mode has the stacks of where things were
 * made: if a task waits for something that it has made itself, such as `sleep(1)`, that is where it stands; or else it
 * is where the task was made.
 *
 * @internal
 */
export function stacksOf(futures: readonly Future<unknown>[]): FrameCallGraphEntry[][] {
  const tasks = futures.filter((future) => future instanceof Task);
  const suspended = new Map(suspendedFrames(tasks).map((frames, at) => [tasks[at], frames]));
  const known = new Map<string, FrameCallGraphEntry | null>();
  return futures.map((future) => {
    const frames = (suspended.get(future as Task) ?? []).flatMap((frame) => {
      let entry = known.get(frame);
      if (entry === undefined) {
        entry = parseStack(frame)[0] ?? null;
        known.set(frame, entry);
      }
      return entry ?? [];
    });
    return frames.length > 0 ? frames : madeAt(future);
  });
}

/** Where a task stands, or was made, as far as debug mode has noted it. @internal */
export function madeAt(future: Future<unknown>): FrameCallGraphEntry[] {
  if (!(future instanceof Task)) return [];
  for (const awaited of future[kDependsOn]()) {
    // A task or a plain future may have been made anywhere.
    if (awaited instanceof Task || awaited.constructor === Future) continue;
    const frames = creationFrames(awaited);
    if (frames.length > 0) return frames;
  }
  return creationFrames(future);
}

/** Where the code that calls stands. @param skipped - how many frames of the user to leave out. @internal */
export function stackHere(skipped: number): FrameCallGraphEntry[] {
  return parseStack(usersFrames().join('\n')).slice(skipped);
}

/** Parsed stacks, by their futures: a tool reads them once a second. */
const parsed = new WeakMap<object, FrameCallGraphEntry[]>();

function creationFrames(future: Future<unknown>): FrameCallGraphEntry[] {
  const stack = future[kSourceTraceback];
  if (stack === undefined) return [];
  let frames = parsed.get(future);
  if (frames === undefined) {
    frames = parseStack(stack);
    parsed.set(future, frames);
  }
  return frames;
}

function parseStack(stack: string | undefined): FrameCallGraphEntry[] {
  return framesOf(stack).flatMap((frame) => {
    const found = parseFrame(frame);
    if (found === null) return [];
    const { name, file, line, column } = found;
    return {
      functionName: name,
      fileName: pathOf(file),
      lineNumber: line,
      columnNumber: column,
    };
  });
}

/** The path of a file's URL; the text itself where it is none: a generated file may have any name. */
function pathOf(file: string): string {
  if (!file.startsWith('file://')) return file;
  return attempt(() => decodeURIComponent(new URL(file).pathname)) ?? file;
}
