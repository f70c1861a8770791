import { createTask, DEVNULL, getRunningLoop, SubprocessProtocol, sleep } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

class Events extends SubprocessProtocol {
  constructor(readonly events: string[]) {
    super();
  }

  override processExited(): void {
    this.events.push('exited');
  }

  override connectionLost(): void {
    this.events.push('lost');
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const quiet = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL };
  for (let turns = 0; turns < 3; turns++) {
    const events: string[] = [];
    const task = createTask(() => loop.subprocessExec(() => new Events(events), 'sleep', ['1000'], quiet));
    for (let turn = 0; turn < turns; turn++) await sleep(0);
    task.cancel();
    try {
      await task;
      trace(turns, 'started');
    } catch (error) {
      trace(turns, error, task.cancelled(), events);
    }
  }
}
