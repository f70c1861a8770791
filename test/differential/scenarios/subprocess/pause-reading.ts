import { DEVNULL, getRunningLoop, PIPE } from 'bight';
import { ProcessRecorder } from '../../support/process-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [transport, recorder] = await loop.subprocessShell(
    () => new ProcessRecorder(trace),
    'echo one; read line; echo two; exit 5',
    { stdin: PIPE, stdout: PIPE, stderr: DEVNULL },
  );
  await recorder.printed(1, 'one\n');
  const output = transport.getPipeTransport(1)!;
  output.pauseReading();
  trace(output.isReading(), output.isClosing());
  transport.getPipeTransport(0)!.close();
  await recorder.exited;
  trace(recorder.output[1], transport.getReturncode(), recorder.lost.done());
  output.resumeReading();
  output.resumeReading();
  trace(output.isReading());
  await recorder.lost;
  trace(recorder.output[1], output.isReading(), output.isClosing());
  output.resumeReading();
  trace(output.isReading());
}
