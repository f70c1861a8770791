import { createSubprocessShell, createTask, DEVNULL, PIPE, sleep, waitFor } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const process = await createSubprocessShell('echo ready; exec sleep 1000', {
    stdin: DEVNULL,
    stdout: PIPE,
  });
  trace(await process.stdout!.readline());
  try {
    await waitFor(process.communicate(), 0.01);
  } catch (error) {
    trace(error, process.returncode);
  }
  const task = createTask(() => process.communicate());
  await sleep(0);
  task.cancel('enough');
  try {
    await task;
  } catch (error) {
    trace(error, task.cancelled(), process.returncode);
  }
  process.kill();
  trace(await process.communicate(), process.returncode);
}
