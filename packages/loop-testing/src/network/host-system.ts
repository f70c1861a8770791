import { Context } from '@bight/contextvars';
import type { CoreEventLoop } from '@bight/loop-core';
import { wait } from '@bight/loop-core';
import { abandonTask, type Task, untrackHandle } from '@bight/loop-core/low-level';
import { kVanish } from '../internals.js';
import { Random } from '../random/random.js';
import { currentProcess, type HostProcess, type ProcessGate } from './host-process.js';
import type { HostSystem } from './simulated-host.js';
import type { World } from './world.js';

/** What is open in a loop, as far as it says whose it is. */
interface OpenHandle {
  getContext?(): { get(variable: typeof currentProcess, fallback: null): HostProcess | null };
  getExtraInfo?(name: string): unknown;
  readonly sockets?: readonly unknown[];
  cancel?(): unknown;
}

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
      for (const { kind, handle } of loop.liveHandles()) {
        const open = handle as OpenHandle;
        if (kind === 'task' || kind === 'timer') {
          if (!isOf(open, process)) continue;
          if (kind === 'task') abandonTask(handle);
          else open.cancel?.();
        } else if (sockets.has(open.getExtraInfo?.('socket') ?? open.sockets?.[0])) {
          untrackHandle(loop, handle);
        }
      }
      process.die();
      gate.isSweeping = true;
      sweep();
      gate.isSweeping = false;
    },
  };
}

function isOf(open: OpenHandle, process: HostProcess): boolean {
  return open.getContext?.().get(currentProcess, null) === process;
}

function tasksOf(loop: CoreEventLoop, process: HostProcess): Task[] {
  return loop
    .liveHandles()
    .filter(({ kind, handle }) => kind === 'task' && isOf(handle as OpenHandle, process))
    .map(({ handle }) => handle as Task);
}
