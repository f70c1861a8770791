import { TimeoutError } from '@bight/loop-abstract';
import { createTask, timeout, wait } from '@bight/loop-core';
import { type Dialect, Machine, outcomeOf } from './machine.js';
import type { Program } from './program.js';
import type { Trace } from './trace.js';

const SWEEPS = 30; // a task may catch so many cancellations

/** Runs the first routine of a program, then cancels what is left until nothing is. */
export async function runProgram(program: Program, dialect: Dialect, trace: Trace): Promise<void> {
  const machine = new Machine(program, trace, dialect);
  const { tasks } = machine;
  machine.register(createTask(machine.start(0)));
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
