import { Context } from '@bight/contextvars';
import type { CoreEventLoop } from '@bight/loop-core';
import { wait } from '@bight/loop-core';
import { abandonTask, type Task, untrackHandle, visitOpen } from '@bight/loop-core/low-level';
import { kVanish } from '../internals.js';
import { Random } from '../random/random.js';
import { currentProcess, type HostProcess, type ProcessGate } from './host-process.js';
import type { HostSystem } from './simulated-host.js';
import type { World } from './world.js';

/** What decides about the turns of a loop. */
export interface GatedLoop {
  readonly gate: ProcessGate;
  /** Makes the gate decide again about everything that is ready. */
  sweep(): void;
}

/** Makes what hosts need of the loop in which they all run. */
export function hostSystem(
  world: World,
  loop: CoreEventLoop,
  seed: number,
  { gate, sweep }: GatedLoop,
): HostSystem {
  const nowhere = new Context();
  return {
    now: () => world.now(),
    at: (when, event) => world.at(when, event),
    callAt(when, callback) {
      world.at(when, () => {
        if (!loop.isClosed()) loop.callSoonThreadsafe(callback, null, { context: nowhere });
      });
    },
    stream: (purpose, host) => Random.stream(seed, purpose, host),
    createTask: (main, name) => loop.createTask(main, { name }) as never,
    createFuture: () => loop.createFuture() as never,
    watchProcesses() {
      gate.isNeeded = true;
    },
    note: (kind, host) => world.note(kind, host, null, null),
    async cancelAll(process, grace) {
      const tasks = tasksOf(loop, process);
      for (const task of tasks) task.cancel();
      if (tasks.length > 0) await wait(tasks, { timeout: grace });
    },
    remove(process, how) {
      const resources = [...process.resources];
      const sockets = new Set<unknown>(resources.map(({ socket }) => socket));
      for (const resource of resources) {
        if (how === 'crash') resource[kVanish]();
        else resource.close();
      }
      visitOpen(loop, {
        task: (task) => isOf(task, process) && abandonTask(task),
        timer: (timer) => isOf(timer, process) && timer.cancel(),
        tracked: (handle) => sockets.has(socketOf(handle)) && untrackHandle(loop, handle),
      });
      process.die();
      gate.isSweeping = true;
      sweep();
      gate.isSweeping = false;
    },
  };
}

/** The socket of a transport or server. */
function socketOf(handle: { getExtraInfo?(name: string): unknown; sockets?: readonly unknown[] }): unknown {
  return handle.getExtraInfo?.('socket') ?? handle.sockets?.[0];
}

function isOf(open: { getContext(): Context }, process: HostProcess): boolean {
  return open.getContext().get(currentProcess, null) === process;
}

function tasksOf(loop: CoreEventLoop, process: HostProcess): Task[] {
  return loop
    .liveHandles()
    .filter(({ kind, handle }) => kind === 'task' && isOf(handle as Task, process))
    .map(({ handle }) => handle as Task);
}
