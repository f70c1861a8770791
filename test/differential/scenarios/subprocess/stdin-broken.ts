import { Buffer } from 'node:buffer';
import { createSubprocessShell, DEVNULL, getRunningLoop, PIPE } from 'bight';
import { ProcessRecorder } from '../../support/process-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';
const SCRIPT = 'read line; exec 0<&-; exec sleep 1000';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const quiet = { stdin: PIPE, stdout: DEVNULL, stderr: DEVNULL };
  const [transport, recorder] = await loop.subprocessShell(() => new ProcessRecorder(trace), SCRIPT, quiet);
  transport.getPipeTransport(0)!.write(Buffer.concat([Buffer.from('line\n'), Buffer.alloc(4_000_000)]));
  await recorder.pipeEnds[0];
  trace(transport.getReturncode(), transport.getPipeTransport(0)!.getWriteBufferSize());
  transport.kill();
  await recorder.lost;

  const process = await createSubprocessShell(SCRIPT, quiet);
  process.stdin!.write(Buffer.concat([Buffer.from('line\n'), Buffer.alloc(4_000_000)]));
  try {
    await process.stdin!.drain();
  } catch (error) {
    trace('drain', /^(EPIPE|ECONNRESET)$/.test((error as NodeJS.ErrnoException).code!));
  }
  trace(process.stdin!.isClosing(), process.returncode);
  process.kill();
  trace(await process.wait());
}
