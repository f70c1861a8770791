import { type Context, ContextVar, copyContext } from '@bight/contextvars';
import {
  type AbstractEventLoop,
  type AbstractFuture,
  type AbstractTask,
  type AwaitableArgument,
  type Coroutine,
  type CoroutineFunction,
  type Handle,
  KeyError,
  ValueError,
} from '@bight/loop-abstract';
import { currentTask } from '@bight/loop-core';
import type { Call, Program, Step, Target } from './program.js';
import { SharedObjects } from './shared-objects.js';
import type { Trace } from './trace.js';
import type { withinUsing } from './within-using.js';

const FUEL = 400; // how many steps at most, over all tasks: routines call routines

/** What a routine returns, or a future results in. */
export type Value = unknown;

/** The coroutines of an interpreter, as async functions or as generator functions. */
export interface Coroutines {
  /** Runs a routine of the program. */
  routine(machine: Machine, number: number): PromiseLike<Value> | Coroutine<Value>;
  /** Runs steps on behalf of a routine. */
  run(machine: Machine, steps: Step[], caller: number): PromiseLike<Value> | Coroutine<Value>;
}

/** How the coroutines of a run are written. */
export interface Dialect {
  /** Routine number `n` is run by the one at `n` modulo their number, its blocks by the next one. */
  coroutines: Coroutines[];
  /** How a block is run within a time limit, where not with the limit's own `run()`. */
  within?: typeof withinUsing;
  /** What every step does first; it must not change the trace. */
  dawdle?: () => Promise<void>;
}

/** The state of one run of a program, and all of its operations that wait for nothing. */
export class Machine {
  readonly loop: AbstractEventLoop;
  readonly tasks: AbstractTask<Value>[] = [];
  readonly dialect: Dialect;
  readonly routines: Step[][];
  readonly futures: AbstractFuture<Value>[];
  readonly #trace: Trace;
  readonly #variables = [0, 1].map((number) => new ContextVar(`v${number}`, { default: -1 }));
  readonly #contexts: Context[] = [copyContext()];
  readonly #handles: Handle[] = [];
  readonly shared = new SharedObjects();
  #fuel = FUEL;
  #values = 0;

  constructor(program: Program, trace: Trace, dialect: Dialect, loop: AbstractEventLoop) {
    this.loop = loop;
    this.routines = program.routines;
    this.dialect = dialect;
    this.#trace = trace;
    this.futures = Array.from({ length: program.futures }, () => this.loop.createFuture());
  }

  /** Gives a task its number. */
  register(task: AbstractTask<Value>): number {
    if (!this.tasks.includes(task)) this.tasks.push(task);
    return this.tasks.indexOf(task);
  }

  log(...what: unknown[]): void {
    this.#trace(`t${this.#me()}`, ...what);
  }

  /** Whether there is fuel for another step. */
  burn(): boolean {
    this.#fuel--;
    return this.#fuel >= 0;
  }

  nextValue(): number {
    this.#values++;
    return this.#values;
  }

  /** The coroutines that a routine is written in; those of its blocks with `offset` 1. */
  coroutinesOf(routine: number, offset = 0): Coroutines {
    const { coroutines } = this.dialect;
    return coroutines[(routine + offset) % coroutines.length]!;
  }

  /** A routine as a coroutine argument. */
  start(routine: number): CoroutineFunction<Value> {
    return () => this.coroutinesOf(routine).routine(this, routine);
  }

  /** One of the routines after the caller's own: nothing calls in a circle. */
  callee(number: number, caller: number): number | null {
    const later = this.routines.length - caller - 1;
    return later > 0 ? caller + 1 + (number % later) : null;
  }

  /** What a step waits for; null where that could wait in a circle. */
  target(target: Target, caller: number): AwaitableArgument<Value> | null {
    if ('future' in target) return this.#future(target.future);
    if ('task' in target) {
      const later = this.tasks.slice(this.#me() + 1);
      return later[target.task % later.length] ?? null;
    }
    const routine = this.callee(target.routine, caller);
    return routine === null ? null : this.start(routine);
  }

  /** The names of futures and tasks, sorted. */
  names(futures: Iterable<AbstractFuture<Value>>): string[] {
    return [...futures].map((future) => this.#name(future)).sort();
  }

  /** What a callback does, and a coroutine in between. */
  call(call: Call, caller: number): void {
    switch (call.op) {
      case 'log':
        this.log('logs', this.nextValue());
        break;
      case 'fail':
        throw new KeyError(String(this.nextValue()));
      case 'stop':
        this.log('stops');
        this.loop.stop();
        break;
      case 'copy':
        this.#contexts.push(copyContext());
        break;
      case 'set':
        this.#variables[call.variable]!.set(this.nextValue());
        break;
      case 'get':
        this.log('gets', this.#variables[call.variable]!.get());
        break;
      case 'settle':
        this.#settle(call.future % this.futures.length, call.how);
        break;
      case 'cancel': {
        const task = this.tasks[call.task % this.tasks.length];
        if (task !== undefined) this.log('cancels', this.#name(task), task.cancel(), task.cancelling());
        break;
      }
      case 'spawn': {
        const routine = this.callee(call.routine, caller);
        if (routine === null) break;
        const task = this.loop.createTask(this.start(routine), this.#options(call));
        this.log('spawns', `t${this.register(task)}`);
        break;
      }
      case 'soon': {
        const callback = this.#callback(call.calls, caller);
        const method = call.threadsafe ? 'callSoonThreadsafe' : 'callSoon';
        this.#handles.push(this.loop[method](callback, [], this.#options(call)));
        break;
      }
      case 'later': {
        const callback = this.#callback(call.calls, caller);
        this.#handles.push(this.loop.callLater(call.ticks, callback, [], this.#options(call)));
        break;
      }
      case 'unschedule': {
        const handle = this.#handles[call.handle % this.#handles.length];
        handle?.cancel();
        if (handle !== undefined) this.log('unschedules', handle.cancelled());
        break;
      }
      case 'touch':
        this.log('touches', call.touch.kind, this.shared.touch(call.touch, this.nextValue()));
        break;
      case 'watch': {
        const { target, calls } = call;
        const future =
          'future' in target ? this.#future(target.future) : this.tasks[target.task % this.tasks.length];
        if (future === undefined) break;
        const callback = this.#callback(calls, caller);
        const watcher = (done: AbstractFuture<Value>): void => {
          this.log('watched', outcomeOf(done));
          callback();
        };
        future.addDoneCallback(watcher, this.#options(call));
      }
    }
  }

  #me(): number {
    return this.tasks.indexOf(currentTask({ loop: this.loop }) as AbstractTask<Value>);
  }

  #future(number: number): AbstractFuture<Value> {
    return this.futures[number % this.futures.length]!;
  }

  #name(future: AbstractFuture<Value>): string {
    if (this.futures.includes(future)) return `f${this.futures.indexOf(future)}`;
    const number = this.tasks.indexOf(future as AbstractTask<Value>);
    return number < 0 ? '?' : `t${number}`;
  }

  #callback(calls: Call[], caller: number): () => void {
    return () => {
      for (const call of calls) {
        if (this.burn()) this.call(call, caller);
      }
    };
  }

  #settle(number: number, how: 'result' | 'error' | 'cancel'): void {
    const future = this.futures[number]!;
    const name = `f${number}`;
    if (how === 'cancel') {
      this.log('cancels', name, future.cancel());
    } else if (future.done()) {
      this.log('renews', name);
      this.futures[number] = this.loop.createFuture();
    } else if (how === 'result') {
      this.log('settles', name);
      future.setResult(this.nextValue());
    } else {
      this.log('fails', name);
      future.setException(new ValueError(String(this.nextValue())));
    }
  }

  #options(call: { context: number | null }): { context?: Context } {
    return call.context === null ? {} : { context: this.#contexts[call.context % this.#contexts.length]! };
  }
}

/** The result or the exception of a done future. */
export function outcomeOf(future: AbstractFuture<Value>): unknown {
  return future.cancelled() ? 'cancelled' : (future.exception() ?? future.result());
}
