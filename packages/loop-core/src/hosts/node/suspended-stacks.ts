import { nodeInternals } from '@bight/contextvars/low-level';

/** What the engine calls `then()` with, for an `await`: a call resumes the function. */
export type Resume = (value: never) => unknown;

interface Vm {
  createContext(global: object, options: { microtaskMode: 'afterEvaluate' }): object;
  runInContext(code: string, context: object, options?: { filename: string }): unknown;
}

/** A call site, as V8 has it. */
interface AsyncSite {
  isAsync?(): boolean;
}

/**
 * Calls `note` once for each of `resumes`, in a microtask whose outcome that function waits for, as far as V8 can see.
 */
type Visit = (resumes: readonly Resume[], note: (index: number) => void) => void;

/** V8 counts the frames of the caller, too. */
const STACK_DEPTH = 200;
const ASYNC_FRAME = /^\s+at async /;

/**
 * A context with microtasks of its own, which run before `runInContext()` returns: those of the program keep their
 * order. The promise in the middle never settles, so that no function is resumed; it is garbage at once.
 */
const VISIT = `(resumes, note) => {
  const pending = { then() {} };
  for (let index = 0; index < resumes.length; index++) {
    const visit = () => {
      note(index);
      return pending;
    };
    Promise.resolve().then(visit).then(resumes[index], resumes[index]);
  }
}`;

let visit: Visit | null | undefined;

/**
 * Where suspended async functions stand, as V8 shows it in the stacks of errors: a stack that is taken in a promise's
 * reaction ends with the async functions that wait for the promise behind it. Such a stack is taken here for the
 * promise that an `await` waits for.
 *
 * V8 documents that there are such frames, not which promises it looks through (decision 050, docs/node-internals.md).
 *
 * @param resumes - what the engine has called `then()` with
 * @returns the frames of each, the innermost first; none where the engine does not show them
 */
export function suspendedStacks(resumes: readonly Resume[]): string[][] {
  const frames: string[][] = resumes.map(() => []);
  visit = visit === undefined ? find() : visit;
  if (visit !== null && resumes.length > 0) take(visit, resumes, frames);
  return frames;
}

function take(visitAll: Visit, resumes: readonly Resume[], frames: string[][]): void {
  const { prepareStackTrace, stackTraceLimit } = Error;
  // Behind the frames of whatever calls this.
  Error.stackTraceLimit = STACK_DEPTH;
  // Where Node maps lines to sources itself, it does so while it writes the text.
  if (process.sourceMapsEnabled !== true) {
    Error.prepareStackTrace = (error, sites) => {
      const waiting = sites.filter((site) => (site as AsyncSite).isAsync?.());
      if (prepareStackTrace !== undefined) return String(prepareStackTrace.call(Error, error, waiting));
      return waiting.map((site) => `    at ${site}`).join('\n');
    };
  }
  try {
    visitAll(resumes, (index) => {
      const { stack } = new Error();
      if (typeof stack === 'string')
        frames[index] = stack.split('\n').filter((line) => ASYNC_FRAME.test(line));
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** `null` where there is no such engine, and where `setNodeInternals(false)` forbids what it does not document. */
function find(): Visit | null {
  if (!nodeInternals()) return null;
  try {
    const vm = globalThis.process?.getBuiltinModule?.('node:vm') as Vm | undefined;
    if (vm === undefined) return null;
    const globals: { all?: [readonly Resume[], (index: number) => void] } = {};
    const context = vm.createContext(globals, { microtaskMode: 'afterEvaluate' });
    vm.runInContext(`const visit = ${VISIT}`, context);
    const found: Visit = (...all) => {
      globals.all = all;
      try {
        vm.runInContext('visit(...all)', context);
      } finally {
        globals.all = undefined;
      }
    };
    return works(found) ? found : null;
  } catch {
    // Another engine, or a process that may not make contexts.
    return null;
  }
}

/** Whether V8 shows a function that certainly waits. */
function works(candidate: Visit): boolean {
  let resume!: Resume;
  const never = new Promise<never>((resolve) => {
    resume = resolve;
  });
  async function waits(): Promise<void> {
    await never;
  }
  void waits();
  const frames: string[][] = [[]];
  take(candidate, [resume], frames);
  return frames[0]?.length === 1;
}
