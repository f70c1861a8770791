import { framesOf, parseFrame } from '../debugging/stack-frames.js';
import { usersFrames } from '../debugging/stacks.js';
import { Future } from '../futures/future.js';
import { kDependsOn, kSourceTraceback } from '../internals.js';
import { Task } from '../tasks/task.js';

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
 * Where a task stands. JavaScript shows the stack of the code that runs only. In debug mode there are stacks of where things were made: if the
 * task waits for something that it has made itself, such as `sleep(1)`, that is where it stands; or else it is where the task was made.
 *
 * @internal
 */
export function stackOf(future: Future<unknown>): FrameCallGraphEntry[] {
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

/** Parsed stacks, by what they are the stack of: a tool asks for them once a second. */
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
      fileName: file.startsWith('file://') ? decodeURIComponent(new URL(file).pathname) : file,
      lineNumber: line,
      columnNumber: column,
    };
  });
}
