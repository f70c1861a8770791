import { type Context, ContextVar, copyContext } from '@bight/contextvars';
import {
  type AbstractFuture,
  type AwaitableArgument,
  CancelledError,
  type Handle,
  KeyError,
  TimeoutError,
  ValueError,
} from '@bight/loop-abstract';
import {
  allTasks,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  shield,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  wait,
  waitFor,
} from '@bight/loop-core';
import type { Call, Program, Step, Target } from './program.js';
import type { Trace } from './trace.js';

const FUEL = 400; // so many steps at most, over all tasks: routines call routines
const SWEEPS = 30; // a task may catch so many cancellations

type Value = unknown;
type Callbacks = Call[];

/**
 * Interprets random programs; python/programs.py is its twin, step for step. Its coroutines are async methods; the
 * rewritten copy, whose coroutines are generator methods, has to leave the same trace.
 */
class Interpreter {
  readonly tasks: Task<Value>[] = [];
  readonly #routines: Step[][];
  readonly #trace: Trace;
  readonly #loop = getRunningLoop();
  readonly #futures: AbstractFuture<Value>[];
  readonly #variables = [0, 1].map((number) => new ContextVar(`v${number}`, { default: -1 }));
  readonly #contexts: Context[] = [copyContext()];
  readonly #handles: Handle[] = [];
  #fuel = FUEL;
  #values = 0;

  constructor(program: Program, trace: Trace) {
    this.#routines = program.routines;
    this.#trace = trace;
    this.#futures = Array.from({ length: program.futures }, () => this.#loop.createFuture());
  }

  // Bookkeeping

  register(task: Task<Value>): number {
    if (!this.tasks.includes(task)) this.tasks.push(task);
    return this.tasks.indexOf(task);
  }

  #me(): number {
    return this.tasks.indexOf(currentTask() as Task<Value>);
  }

  #log(...what: unknown[]): void {
    this.#trace(`t${this.#me()}`, ...what);
  }

  #burn(): boolean {
    this.#fuel--;
    return this.#fuel >= 0;
  }

  #nextValue(): number {
    this.#values++;
    return this.#values;
  }

  /** What a step waits for; null where that could wait in a circle, or would never end. */
  #target(target: Target, caller: number): AwaitableArgument<Value> | null {
    if ('future' in target) return this.#futures[target.future % this.#futures.length]!;
    if ('task' in target) {
      const later = this.tasks.slice(this.#me() + 1);
      return later[target.task % later.length] ?? null;
    }
    const routine = this.#callee(target.routine, caller);
    return routine === null ? null : () => this.routine(routine);
  }

  /** One of the routines after the caller's own: nothing calls in a circle. */
  #callee(number: number, caller: number): number | null {
    const later = this.#routines.length - caller - 1;
    return later > 0 ? caller + 1 + (number % later) : null;
  }

  #name(future: AbstractFuture<Value>): string {
    if (this.#futures.includes(future)) return `f${this.#futures.indexOf(future)}`;
    const number = this.tasks.indexOf(future as Task<Value>);
    return number < 0 ? '?' : `t${number}`;
  }

  #names(futures: Iterable<AbstractFuture<Value>>): string[] {
    return [...futures].map((future) => this.#name(future)).sort();
  }

  // Coroutines

  async routine(number: number): Promise<Value> {
    this.register(currentTask() as Task<Value>);
    this.#log('begins', number);
    try {
      const value = await this.#run(this.#routines[number]!, number);
      this.#log('ends', number, value);
      return value;
    } catch (error) {
      this.#log('fails', number, error);
      throw error;
    }
  }

  async #run(steps: Step[], caller: number): Promise<Value> {
    for (const step of steps) {
      if (!this.#burn()) return null;
      const value = await this.#do(step, caller);
      if (value !== null) return value;
    }
    return null;
  }

  async #do(step: Step, caller: number): Promise<Value> {
    switch (step.op) {
      case 'turn':
        await sleep(0);
        this.#log('turned');
        return null;
      case 'sleep':
        await sleep(step.ticks);
        this.#log('slept', this.#loop.time());
        return null;
      case 'raise':
        throw new ValueError(String(this.#nextValue()));
      case 'return':
        return this.#nextValue();
      case 'look': {
        const done = this.#futures.map((future) => future.done());
        this.#log('sees', allTasks().size, done, this.#loop.time());
        return null;
      }
      case 'uncancel':
        this.#log('uncancel', currentTask()!.uncancel());
        return null;
      case 'call':
        this.#call(step.call, caller);
        return null;
      case 'await':
      case 'shield':
      case 'waitFor': {
        const target = this.#target(step.target, caller);
        if (target !== null) await this.#waitForOne(step, target);
        return null;
      }
      case 'gather': {
        const targets = step.targets
          .map((target) => this.#target(target, caller))
          .filter((it) => it !== null);
        this.#log('gathered', await gather(targets, { returnExceptions: step.returnExceptions }));
        return null;
      }
      case 'wait':
        await this.#wait(step, caller);
        return null;
      case 'timeout': {
        const limit = timeout(step.ticks);
        const value = await limit.run(() => this.#run(step.body, caller));
        this.#log('in time', limit.expired());
        return value;
      }
      case 'group': {
        const value = await TaskGroup.run((group) => this.#inGroup(group, step.routines, step.body, caller));
        this.#log('group ends');
        return value;
      }
      case 'try':
        return await this.#try(step, caller);
    }
  }

  async #waitForOne(
    step: Extract<Step, { op: 'await' | 'shield' | 'waitFor' }>,
    target: AwaitableArgument<Value>,
  ): Promise<void> {
    if (step.op === 'shield') this.#log('shielded', await shield(target));
    else if (step.op === 'waitFor') this.#log('waited for', await waitFor(target, step.ticks));
    else if (typeof target === 'function') this.#log('awaited', await target());
    else this.#log('awaited', await target);
  }

  async #wait(step: Extract<Step, { op: 'wait' }>, caller: number): Promise<void> {
    const targets = step.targets
      .map((target) => ('routine' in target ? null : this.#target(target, caller)))
      .filter((target) => target !== null);
    if (targets.length === 0) return;
    const { ticks, returnWhen } = step;
    const [done, pending] = await wait(targets, { timeout: ticks, returnWhen });
    this.#log('waited', this.#names(done), this.#names(pending));
  }

  async #inGroup(group: TaskGroup, routines: number[], body: Step[], caller: number): Promise<Value> {
    for (const number of routines) {
      const routine = this.#callee(number, caller);
      if (routine !== null) this.register(group.createTask(() => this.routine(routine)));
    }
    return await this.#run(body, caller);
  }

  async #try(step: Extract<Step, { op: 'try' }>, caller: number): Promise<Value> {
    try {
      return await this.#run(step.body, caller);
    } catch (error) {
      const isCaught =
        step.catches === 'all' || step.catches === (error instanceof CancelledError ? 'cancel' : 'error');
      if (!isCaught) throw error;
      this.#log('caught', error, currentTask()!.cancelling());
      return await this.#run(step.handler, caller);
    } finally {
      await this.#run(step.last, caller);
    }
  }

  // What callbacks can do, too

  #callback(calls: Callbacks, caller: number): void {
    for (const call of calls) {
      if (this.#burn()) this.#call(call, caller);
    }
  }

  #call(call: Call, caller: number): void {
    switch (call.op) {
      case 'log':
        this.#log('logs', this.#nextValue());
        return;
      case 'fail':
        throw new KeyError(String(this.#nextValue()));
      case 'copy':
        this.#contexts.push(copyContext());
        return;
      case 'set':
        this.#variables[call.variable]!.set(this.#nextValue());
        return;
      case 'get':
        this.#log('gets', this.#variables[call.variable]!.get());
        return;
      case 'settle':
        this.#settle(call.future % this.#futures.length, call.how);
        return;
      case 'cancel': {
        const task = this.tasks[call.task % this.tasks.length]!;
        this.#log('cancels', this.#name(task), task.cancel(), task.cancelling());
        return;
      }
      case 'spawn': {
        const routine = this.#callee(call.routine, caller);
        if (routine === null) return;
        const task = createTask(() => this.routine(routine), this.#options(call));
        this.#log('spawns', `t${this.register(task)}`);
        return;
      }
      case 'soon':
        this.#handles.push(
          this.#loop.callSoon(() => this.#callback(call.calls, caller), [], this.#options(call)),
        );
        return;
      case 'later': {
        const callback = () => this.#callback(call.calls, caller);
        this.#handles.push(this.#loop.callLater(call.ticks, callback, [], this.#options(call)));
        return;
      }
      case 'unschedule': {
        const handle = this.#handles[call.handle % this.#handles.length];
        handle?.cancel();
        if (handle !== undefined) this.#log('unschedules', handle.cancelled());
        return;
      }
      case 'watch': {
        const { target } = call;
        const future =
          'future' in target
            ? this.#futures[target.future % this.#futures.length]!
            : this.tasks[target.task % this.tasks.length]!;
        const watcher = (done: AbstractFuture<Value>): void => {
          this.#log('watched', outcomeOf(done));
          this.#callback(call.calls, caller);
        };
        future.addDoneCallback(watcher, this.#options(call));
      }
    }
  }

  #settle(number: number, how: 'result' | 'error' | 'cancel'): void {
    const future = this.#futures[number]!;
    const name = `f${number}`;
    if (how === 'cancel') {
      this.#log('cancels', name, future.cancel());
    } else if (future.done()) {
      this.#log('renews', name);
      this.#futures[number] = this.#loop.createFuture();
    } else if (how === 'result') {
      this.#log('settles', name);
      future.setResult(this.#nextValue());
    } else {
      this.#log('fails', name);
      future.setException(new ValueError(String(this.#nextValue())));
    }
  }

  #options(call: { context: number | null }): { context?: Context } {
    return call.context === null ? {} : { context: this.#contexts[call.context % this.#contexts.length]! };
  }
}

function outcomeOf(future: AbstractFuture<Value>): unknown {
  return future.cancelled() ? 'cancelled' : (future.exception() ?? future.result());
}

/** Runs the first routine, then cancels what is left until nothing is. */
export async function main(program: Program, trace: Trace): Promise<void> {
  const interpreter = new Interpreter(program, trace);
  const { tasks } = interpreter;
  interpreter.register(createTask(() => interpreter.routine(0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    try {
      await timeout(1000).run(() => wait(tasks));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
    const left = tasks.filter((task) => !task.done());
    if (left.length === 0) break;
    trace('sweep');
    for (const task of left) task.cancel();
  }
  for (const [number, task] of tasks.entries()) {
    trace(`t${number}`, outcomeOf(task), task.cancelling());
  }
}
