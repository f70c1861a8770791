import {
  AbstractEventLoop,
  type AbstractFuture,
  type AbstractTask,
  type CallOptions,
  type Constructor,
  type CoroutineFunction,
  type DebugLoop,
  type ErrorHandlingLoop,
  type ExecutorLoop,
  type Handle,
  type NetLoop,
  type PipeLoop,
  type ReadinessLoop,
  type SchedulingLoop,
  type SignalLoop,
  type SocketLoop,
  type SubprocessLoop,
  type TaskLoop,
  type TimerHandle,
} from '@bight/loop-abstract';
import { expectTypeOf } from 'expect-type';

declare const handle: TimerHandle;
declare const task: AbstractTask<never>;

// AbstractEventLoop is the sum of the capabilities.
expectTypeOf<AbstractEventLoop>().toExtend<
  SchedulingLoop &
    TaskLoop &
    ExecutorLoop &
    NetLoop &
    SocketLoop &
    ReadinessLoop &
    PipeLoop &
    SubprocessLoop &
    SignalLoop &
    ErrorHandlingLoop &
    DebugLoop
>();

// A framework author's loop may extend the class and override with plain signatures …
export class Extending extends AbstractEventLoop {
  override callSoon<A extends unknown[]>(
    callback: (...args: A) => unknown,
    args?: readonly [...A] | null,
    _options?: CallOptions | null,
  ): Handle {
    callback(...((args ?? []) as A));
    return handle;
  }
  override createTask<T>(_coro: CoroutineFunction<T>): AbstractTask<T> {
    return task;
  }
  override slowCallbackDuration = 1;
}

// … or implement what it offers.
export class Implementing implements SchedulingLoop {
  runUntilComplete<T>(future: AbstractFuture<T> | PromiseLike<T> | CoroutineFunction<T>): Promise<T> {
    return Promise.reject(new TypeError(String(future)));
  }
  async runForever(): Promise<void> {}
  stop(): void {}
  isRunning(): boolean {
    return false;
  }
  isClosed(): boolean {
    return false;
  }
  close(): void {}
  callSoon(): Handle {
    return handle;
  }
  callSoonThreadsafe(): Handle {
    return handle;
  }
  callLater(): TimerHandle {
    return handle;
  }
  callAt(): TimerHandle {
    return handle;
  }
  time(): number {
    return 0;
  }
}

// An add-on is a function from a loop class to a loop class.
export function withNothing<B extends Constructor<SchedulingLoop & TaskLoop & ErrorHandlingLoop>>(Base: B) {
  class WithNothing extends Base {
    nothing(): number {
      return this.time();
    }
  }
  return WithNothing;
}
export class Extended extends withNothing(Extending) {}
expectTypeOf(new Extended().nothing()).toEqualTypeOf<number>();

// Exceptions come with what is known of them.
declare const loop: AbstractEventLoop;
loop.setExceptionHandler((itsLoop, context) => {
  expectTypeOf(context.message).toEqualTypeOf<string>();
  expectTypeOf(context.exception).toEqualTypeOf<Error | undefined>();
  expectTypeOf(context.further).toEqualTypeOf<unknown>();
  itsLoop.defaultExceptionHandler(context);
});
loop.callExceptionHandler({ message: 'failed', exception: new Error('why'), task, handle });
