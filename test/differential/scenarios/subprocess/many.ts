import { Buffer } from 'node:buffer';
import { createSubprocessExec, createSubprocessShell, DEVNULL, gather, PIPE, waitFor } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  async function shell(number: number): Promise<unknown[]> {
    const process = await createSubprocessShell(`echo ${number}; exit ${number}`, {
      stdin: DEVNULL,
      stdout: PIPE,
    });
    const [stdout] = await process.communicate();
    return [stdout, process.returncode];
  }

  trace(await gather([0, 1, 2, 3, 4, 5, 6, 7].map((number) => () => shell(number))));
  const first = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
  const second = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
  trace(await waitFor(first.communicate(Buffer.from('for the first')), 30));
  trace(second.returncode);
  trace(await waitFor(second.communicate(Buffer.from('for the second')), 30));
  trace(first.returncode, second.returncode);
}
