import { createTask, getRunningLoop, sleep, ThreadPoolExecutor, waitFor, wrapFuture } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

const NAMES = ['first', 'second', 'third', 'fourth'];

/** The first cell counts the calls, the second one is the gate, the others are a flag for each name. */
function wait(cells: Int32Array, index: number, name: string): string {
  Atomics.store(cells, 2 + index, 1);
  Atomics.add(cells, 0, 1);
  Atomics.wait(cells, 1, 0);
  return name;
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const cells = new Int32Array(new SharedArrayBuffer(24));
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const [first, second, third, fourth] = NAMES.map((name, index) =>
    loop.runInExecutor(pool, wait, [cells, index, name]),
  ) as [Call, Call, Call, Call];
  while (Atomics.load(cells, 0) < 1) await sleep(0.001);
  trace('second', second.cancel('unwanted'), second.cancelled(), second.cancel());
  trace('first', first.cancel(), first.cancelled());
  const waiter = createTask(() => waitFor(third, 0.01));
  try {
    await waiter;
  } catch (error) {
    trace(error, third.cancelled());
  }
  const cancelled: [string, Call][] = [
    ['first', first],
    ['second', second],
    ['third', third],
  ];
  for (const [name, call] of cancelled) {
    try {
      await call;
    } catch (error) {
      trace(name, error);
    }
  }
  Atomics.store(cells, 1, 1);
  Atomics.notify(cells, 1);
  trace(
    await fourth,
    NAMES.filter((_name, index) => cells[2 + index] === 1),
  );
  await wrapFuture(pool.shutdown());
}

type Call = ReturnType<ReturnType<typeof getRunningLoop>['runInExecutor']>;
