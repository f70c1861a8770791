import { Context } from '@bight/contextvars';
import type { CurrentJob } from '@bight/executors';
import { jobVariable } from '@bight/executors/low-level';
import type { CoroutineFunction } from '@bight/loop-abstract';
import { isCoroutineFunction, timeout } from '@bight/loop-core';
import { enterFromHost, type Task } from '@bight/loop-core/low-level';
import { withTrace } from '../values/trace-headers.js';
import type { KnownVariables } from './known-variables.js';
import type { JobFunction } from './module-functions.js';

/** A loop that runs jobs. */
export interface JobLoop {
  createTask<T>(coro: CoroutineFunction<T>, options?: { name?: string; context?: Context }): unknown;
  callSoonThreadsafe(callback: () => unknown): unknown;
  isClosed(): boolean;
}

/** A call that a worker is to make. */
export interface JobCall {
  readonly job: CurrentJob;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly variables: readonly (readonly [name: string, value: unknown])[];
  readonly timeoutSeconds: number | null;
}

/** What becomes the task of a job. */
interface JobPlan {
  readonly loop: JobLoop;
  readonly coro: CoroutineFunction<unknown>;
  readonly context: Context;
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a job ended. */
export type JobEnd =
  | { readonly state: 'returned'; readonly value: unknown }
  | { readonly state: 'threw'; readonly error: unknown }
  /** It was not begun: another try would end in the same way. */
  | { readonly state: 'refused'; readonly error: unknown }
  | { readonly state: 'cancelled' };

/** A job that runs, as a task of its own in a context of its own. It can be cancelled before it begins as well. */
export class RunningJob {
  /** How it ended. */
  readonly ended: Promise<JobEnd>;
  #task: Task<unknown> | null = null;
  #wasCancelled = false;
  #end!: (end: JobEnd) => void;

  /** Begins a job; to be called from the host's callbacks. */
  constructor(
    loop: JobLoop,
    find: () => JobFunction | Promise<JobFunction>,
    known: KnownVariables,
    call: JobCall,
  ) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    try {
      const func = find();
      if (typeof func === 'function') this.#begin(loop, func, known, call);
      else void this.#beginLater(loop, func, known, call);
    } catch (error) {
      this.#end({ state: 'refused', error });
    }
  }

  /** Cancels the job's task. What the job does about it decides how it ends. */
  cancel(loop: JobLoop): void {
    if (this.#wasCancelled) return;
    this.#wasCancelled = true;
    if (this.#task !== null) enterFromHost(loop as never, cancelTask, this.#task, null);
  }

  async #beginLater(
    loop: JobLoop,
    func: Promise<JobFunction>,
    known: KnownVariables,
    call: JobCall,
  ): Promise<void> {
    try {
      this.#begin(loop, await func, known, call);
    } catch (error) {
      this.#end({ state: 'refused', error });
    }
  }

  #begin(loop: JobLoop, func: JobFunction, known: KnownVariables, call: JobCall): void {
    const context = new Context();
    context.run(() => jobVariable().set(call.job));
    known.set(context, call.variables);
    if (this.#wasCancelled) {
      this.#end({ state: 'cancelled' });
      return;
    }
    enterFromHost(loop as never, this.#start, this, {
      loop,
      coro: coroutineOf(func, call),
      context,
      name: call.name,
      headers: call.job.headers,
    });
  }

  #start(plan: JobPlan): void {
    if (this.#wasCancelled) {
      this.#end({ state: 'cancelled' });
      return;
    }
    const { loop, coro, context, name, headers } = plan;
    const task = withTrace(headers, () => loop.createTask(coro, { name, context })) as Task<unknown>;
    this.#task = task;
    task.addDoneCallback(() => this.#end(endOf(task)));
  }
}

function cancelTask(this: Task<unknown>): void {
  this.cancel();
}

function endOf(task: Task<unknown>): JobEnd {
  if (task.cancelled()) return { state: 'cancelled' };
  const error: unknown = task.exception();
  return error === null ? { state: 'returned', value: task.result() } : { state: 'threw', error };
}

/** The function as a coroutine: also a plain one, and one with a time limit. */
function coroutineOf(func: JobFunction, { args, timeoutSeconds }: JobCall): CoroutineFunction<unknown> {
  const body: CoroutineFunction<unknown> = isGenerator(func)
    ? function* () {
        return yield* (func as JobFunction)(...args) as Generator<null, unknown, unknown>;
      }
    : async () => await func(...args);
  return timeoutSeconds === null ? body : async () => await timeout(timeoutSeconds).run(body);
}

function isGenerator(func: unknown): func is () => Generator<null, unknown, unknown> {
  return isCoroutineFunction(func) && Object.prototype.toString.call(func) === '[object GeneratorFunction]';
}
