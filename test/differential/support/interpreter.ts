import { type AwaitableArgument, CancelledError, ValueError } from '@bight/loop-abstract';
import {
  allTasks,
  asCompleted,
  coroutine,
  currentTask,
  gather,
  shield,
  sleep,
  type Task,
  TaskGroup,
  timeout,
  wait,
  waitFor,
} from '@bight/loop-core';
import type { Coroutines, Machine, Value } from './machine.js';
import type { Step } from './program.js';

// Interprets random programs; python/programs.py is its twin, step for step. The coroutines are async functions here;
// in the rewritten copy of this file they are generator functions, and have to leave the same trace.

type StepOf<O extends Step['op']> = Extract<Step, { op: O }>;

/** Runs a routine of the program. */
export async function routine(machine: Machine, number: number): Promise<Value> {
  machine.register(currentTask() as Task<Value>);
  machine.log('begins', number);
  try {
    const value = await run(machine, machine.routines[number]!, number);
    machine.log('ends', number, value);
    return value;
  } catch (error) {
    machine.log('fails', number, error);
    throw error;
  }
}

/** Runs steps on behalf of a routine. */
export async function run(machine: Machine, steps: Step[], caller: number): Promise<Value> {
  for (const step of steps) {
    if (!machine.burn()) return null;
    if (machine.dialect.dawdle !== undefined) await machine.dialect.dawdle();
    const value = await runStep(machine, step, caller);
    if (value !== null) return value;
  }
  return null;
}

async function runStep(machine: Machine, step: Step, caller: number): Promise<Value> {
  switch (step.op) {
    case 'turn':
      await sleep(0);
      machine.log('turned');
      return null;
    case 'sleep':
      await sleep(step.ticks);
      machine.log('slept', machine.loop.time());
      return null;
    case 'raise':
      throw new ValueError(String(machine.nextValue()));
    case 'return':
      return machine.nextValue();
    case 'look': {
      const done = machine.futures.map((future) => future.done());
      machine.log('sees', allTasks().size, done, machine.loop.time());
      return null;
    }
    case 'uncancel':
      machine.log('uncancel', currentTask()!.uncancel());
      return null;
    case 'call':
      machine.call(step.call, caller);
      return null;
    case 'await':
      await awaitOne(machine, step, caller);
      return null;
    case 'shield':
    case 'waitFor': {
      const target = machine.target(step.target, caller);
      if (target === null) return null;
      if (step.op === 'shield') machine.log('shielded', await shield(target));
      else machine.log('waited for', await waitFor(target, step.ticks));
      return null;
    }
    case 'gather': {
      const targets = step.targets.map((target) => machine.target(target, caller)).filter(isTarget);
      machine.log('gathered', await gather(targets, { returnExceptions: step.returnExceptions }));
      return null;
    }
    case 'wait':
      await waitForSome(machine, step, caller);
      return null;
    case 'asCompleted':
      await awaitEach(machine, step, caller);
      return null;
    case 'timeout':
      return await runInTime(machine, step, caller);
    case 'group': {
      const value = await TaskGroup.run((group) => {
        for (const number of step.routines) {
          const callee = machine.callee(number, caller);
          if (callee !== null) machine.register(group.createTask(machine.start(callee)));
        }
        return machine.coroutinesOf(caller, 1).run(machine, step.body, caller);
      });
      machine.log('group ends');
      return value;
    }
    case 'try':
      return await runGuarded(machine, step, caller);
    case 'use': {
      const using = machine.shared.use(step.use, machine.nextValue());
      machine.log('used', step.use.kind, await using);
      return null;
    }
    case 'useFor': {
      const value = machine.nextValue();
      const using = () => machine.shared.use(step.use, value);
      machine.log('used', step.use.kind, await waitFor(using, step.ticks));
      return null;
    }
    case 'hold':
      return await runHolding(machine, step, caller);
  }
}

async function awaitOne(machine: Machine, { target }: StepOf<'await'>, caller: number): Promise<void> {
  if ('routine' in target) {
    const callee = machine.callee(target.routine, caller);
    if (callee === null) return;
    // A coroutine of the other kind is awaited as the methods of this library are.
    const isOfThisKind = machine.coroutinesOf(callee).routine === routine;
    const value = isOfThisKind
      ? await routine(machine, callee)
      : await coroutine(machine.loop, machine.start(callee));
    machine.log('awaited', value);
  } else {
    const future = machine.target(target, caller);
    if (future !== null && typeof future !== 'function') machine.log('awaited', await future);
  }
}

async function waitForSome(machine: Machine, step: StepOf<'wait'>, caller: number): Promise<void> {
  const targets = step.targets
    .map((target) => ('routine' in target ? null : machine.target(target, caller)))
    .filter(isTarget);
  if (targets.length === 0) return;
  const { ticks, returnWhen } = step;
  const [done, pending] = await wait(targets, { timeout: ticks, returnWhen });
  machine.log('waited', machine.names(done), machine.names(pending));
}

async function awaitEach(machine: Machine, step: StepOf<'asCompleted'>, caller: number): Promise<void> {
  // CPython puts coroutines, and what is done already, in the order of a set.
  const targets = step.targets
    .map((target) => ('routine' in target ? null : machine.target(target, caller)))
    .filter((target) => target !== null && typeof target !== 'function' && !target.done())
    .filter(isTarget);
  for (const following of asCompleted(targets, { timeout: step.ticks })) {
    machine.log('completed', await following);
  }
}

async function runInTime(machine: Machine, step: StepOf<'timeout'>, caller: number): Promise<Value> {
  const limit = timeout(step.ticks);
  const body = () => machine.coroutinesOf(caller, 1).run(machine, step.body, caller);
  const { within } = machine.dialect;
  const value = within === undefined ? await limit.run(body) : await within(limit, body);
  machine.log('in time', limit.expired());
  return value;
}

async function runGuarded(machine: Machine, step: StepOf<'try'>, caller: number): Promise<Value> {
  try {
    return await run(machine, step.body, caller);
  } catch (error) {
    const kind = error instanceof CancelledError ? 'cancel' : 'error';
    if (step.catches !== 'all' && step.catches !== kind) throw error;
    machine.log('caught', error, currentTask()!.cancelling());
    return await run(machine, step.handler, caller);
  } finally {
    await run(machine, step.last, caller);
  }
}

async function runHolding(machine: Machine, step: StepOf<'hold'>, caller: number): Promise<Value> {
  const { kind, number } = step.hold;
  const held = machine.shared.holdable(step.hold);
  const body = (block: Coroutines['run']) => {
    machine.log('holds', kind, machine.shared.state());
    return block(machine, step.body, caller);
  };
  let value: Value;
  // There are two ways to write it.
  if (number % 4 < 2) {
    value = await held.run(() => body(machine.coroutinesOf(caller, 1).run));
  } else {
    await held.acquire();
    try {
      value = await body(run);
    } finally {
      held.release();
    }
  }
  machine.log('held', kind);
  return value;
}

function isTarget(target: AwaitableArgument<Value> | null): target is AwaitableArgument<Value> {
  return target !== null;
}
