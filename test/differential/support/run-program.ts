import { TimeoutError } from '@bight/loop-abstract';
import { createTask, getRunningLoop, newEventLoop, timeout, wait } from '@bight/loop-core';
import { type Dialect, Machine, outcomeOf } from './machine.js';
import type { Program } from './program.js';
import type { Trace } from './trace.js';
import type { Body } from './traced.js';

const SWEEPS = 30; // how many cancellations a task may catch
const SHORT = 10; // ticks: most of what was begun is over
const LONG = 1000; // ticks: no code waits for longer

/** What runs a program, to be traced. */
export function bodyOf(program: Program, dialect: Dialect): Body {
  const { phases } = program;
  return phases === undefined
    ? { main: (trace) => runFirstRoutine(program, dialect, trace) }
    : { run: (trace) => runPhases({ ...program, phases }, dialect, trace) };
}

/** Runs the first routine, then cancels what is left until nothing is. */
async function runFirstRoutine(program: Program, dialect: Dialect, trace: Trace): Promise<void> {
  const machine = new Machine(program, trace, dialect, getRunningLoop());
  machine.register(createTask(machine.start(0)));
  for (let count = 0; count < SWEEPS; count++) {
    try {
      await timeout(LONG).run(() => wait(machine.tasks));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
    if (!sweep(machine, trace)) break;
  }
  conclude(machine, trace);
}

/** Runs a loop again and again, with calls in between; then cancels what is left until nothing is. */
async function runPhases(program: Required<Program>, dialect: Dialect, trace: Trace): Promise<void> {
  const loop = newEventLoop();
  const machine = new Machine(program, trace, dialect, loop);
  for (const calls of program.phases) {
    trace('phase', loop.time());
    for (const call of calls) {
      try {
        machine.call(call, -1);
      } catch (error) {
        trace(error);
      }
    }
    await runUntilStopped(loop, SHORT);
  }
  for (let count = 0; count < SWEEPS && sweep(machine, trace); count++) {
    await runUntilStopped(loop, LONG);
  }
  conclude(machine, trace);
  loop.close();
}

async function runUntilStopped(loop: ReturnType<typeof newEventLoop>, ticks: number): Promise<void> {
  const stopper = loop.callLater(ticks, () => loop.stop());
  await loop.runForever();
  stopper.cancel();
}

/** Cancels what is left. @returns whether there was anything */
function sweep({ tasks }: Machine, trace: Trace): boolean {
  const left = tasks.filter((task) => !task.done());
  if (left.length > 0) trace('sweep');
  for (const task of left) task.cancel();
  return left.length > 0;
}

function conclude({ tasks }: Machine, trace: Trace): void {
  for (const [number, task] of tasks.entries()) {
    trace(`t${number}`, outcomeOf(task), task.cancelling());
  }
}
