import { Buffer } from 'node:buffer';
import { DEVNULL, getRunningLoop, PIPE } from 'bight';
import { ProcessRecorder } from '../../support/process-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [transport, recorder] = await loop.subprocessShell(
    () => new ProcessRecorder(trace),
    'exec 0<&-; exec sleep 1000',
    { stdin: PIPE, stdout: DEVNULL, stderr: DEVNULL },
  );
  const stdin = transport.getPipeTransport(0)!;
  await recorder.pipeEnds[0];
  trace(stdin.isClosing(), transport.isClosing(), transport.getReturncode());
  for (let i = 0; i < 3; i++) stdin.write(Buffer.from('in vain'));
  trace(stdin.getWriteBufferSize());
  stdin.close();
  transport.kill();
  await recorder.lost;
}
