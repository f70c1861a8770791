import { foldedFrames, framesOf, isFolded } from './stack-frames.js';

// In debug mode the stack of where a callback was made is worth more frames than the engine's default of ten.
const CREATION_STACK_DEPTH = 25;

const modules = folderOfPackages(import.meta.url);
const installed = /[\\/]node_modules[\\/](?:@bight[\\/][\w-]+|bight)[\\/](?:dist|src)[\\/]/;

/** Whether stacks have been taken: only then is there something to look up for an error. */
let hasCreationStacks = false;

/**
 * The stack of the caller, with the user's frames first: where a handle, a future or a task was made. Debug mode only:
 * it takes microseconds.
 *
 * @internal
 */
export function creationStack(): string {
  hasCreationStacks = true;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = CREATION_STACK_DEPTH;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const frames = framesOf(stack);
  const own = frames.findIndex(isUsersFrame);
  // Without a frame of the user's, ours say which part of the library it was.
  return (own === -1 ? frames : fold(frames.slice(own))).join('\n');
}

/**
 * Gives an error that the library made where it was made for: the stack of such an error begins, and often ends, inside
 * the loop, which resumed the library's code; the caller, who waits, is not on it. Changes nothing outside of debug
 * mode, or when the user's code is on the error's own stack; then it only folds the library's frames.
 *
 * @param source - the stack of where the awaited future was made
 * @internal
 */
export function pointToUser(error: unknown, source: string | undefined): void {
  if (!hasCreationStacks || source === undefined || !(error instanceof Error)) return;
  const { stack } = error;
  if (typeof stack !== 'string') return;
  const frames = framesOf(stack);
  if (frames.length === 0 || frames.some(isFolded)) return;
  const header = stack.slice(0, stack.indexOf(frames[0] as string));
  const users = frames.some(isUsersFrame) ? [] : framesOf(source).filter(isUsersFrame);
  const folded = users.length === 0 && !frames.some(isUsersFrame) ? frames : fold(frames);
  error.stack = header + [...users, ...folded].join('\n');
}

/** The frames of the user on the stack of the caller. @internal */
export function usersFrames(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return framesOf(stack).filter(isUsersFrame);
}

/** Whether a frame lies outside of the library and of the platform. @internal */
export function isUsersFrame(frame: string): boolean {
  if (!/:\d+:\d+\)?$/.test(frame) || /\bnode:/.test(frame)) return false;
  return !installed.test(frame) && modules?.test(frame) !== true;
}

/** Replaces each run of frames that are not the user's by one line. */
function fold(frames: readonly string[]): string[] {
  const folded: string[] = [];
  let hidden = 0;
  const flush = (): void => {
    if (hidden > 0) folded.push(foldedFrames(hidden));
    hidden = 0;
  };
  for (const frame of frames) {
    if (isUsersFrame(frame)) {
      flush();
      folded.push(frame);
    } else {
      hidden++;
    }
  }
  flush();
  return folded;
}

/** What the files of the packages have in common where they do not lie in node_modules: a clone, or linked packages. */
function folderOfPackages(url: string | undefined): RegExp | null {
  const [, folder] = /^file:\/\/(.*\/)loop-core\/(?:src|dist)\//.exec(url ?? '') ?? [];
  if (folder === undefined || folder.endsWith('/@bight/')) return null;
  const escaped = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${escaped}[\\w-]+/(?:src|dist)/`);
}
