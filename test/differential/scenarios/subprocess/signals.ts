import { createSubprocessExec, DEVNULL, type Process } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const ways: [string, (process: Process) => void][] = [
    ['send_signal', (process) => process.sendSignal('SIGHUP')],
    ['terminate', (process) => process.terminate()],
    ['kill', (process) => process.kill()],
  ];
  for (const [name, send] of ways) {
    const quiet = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL };
    const process = await createSubprocessExec('sleep', ['1000'], quiet);
    trace(name, process.returncode, send(process), process.returncode);
    trace(await process.wait(), process.returncode);
    for (const [other, again] of ways) {
      try {
        again(process);
      } catch (error) {
        trace(other, trace.kind(error));
      }
    }
  }
}
