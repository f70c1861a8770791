import { Buffer } from 'node:buffer';
import { createSubprocessExec, createSubprocessShell, DEVNULL, PIPE, STDOUT } from 'bight';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const pipes = { stdin: PIPE, stdout: PIPE, stderr: PIPE };
  let process = await createSubprocessShell('cat; echo err >&2; exit 3', pipes);
  trace(await process.communicate(Buffer.from('in')), process.returncode);
  process = await createSubprocessShell('wc -c; wc -c >&2', pipes);
  trace(await process.communicate(Buffer.alloc(1_000_000)), process.returncode);
  process = await createSubprocessShell('exec 0<&-; echo done', pipes);
  trace(await process.communicate(Buffer.alloc(1_000_000)), process.returncode);
  process = await createSubprocessShell('cat', { stdin: PIPE, stdout: PIPE, stderr: STDOUT });
  trace(await process.communicate(Buffer.from('')), process.returncode);
  process = await createSubprocessExec('true', [], { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL });
  trace(await process.communicate(), process.returncode);
  process = await createSubprocessExec('cat', [], { stdin: PIPE, stdout: PIPE });
  const data = Buffer.concat(Array(20_000).fill(Buffer.from([...Array(256).keys()])));
  const [stdout, stderr] = await process.communicate(data);
  trace(stdout?.equals(data), stderr, process.returncode);
}
