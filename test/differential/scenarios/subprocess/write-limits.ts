import { Buffer } from 'node:buffer';
import { DEVNULL, getRunningLoop, PIPE } from 'bight';
import { ProcessRecorder } from '../../support/process-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [transport, recorder] = await loop.subprocessShell(
    () => new ProcessRecorder(trace),
    'cat; echo done',
    {
      stdin: PIPE,
      stdout: PIPE,
      stderr: DEVNULL,
    },
  );
  const output = transport.getPipeTransport(1)!;
  output.pauseReading();
  const stdin = transport.getPipeTransport(0)!;
  trace(stdin.getWriteBufferLimits());
  for (const limits of [{ high: 1000 }, { low: 1000 }, { high: 10, low: 3 }, {}]) {
    stdin.setWriteBufferLimits(limits);
    trace(stdin.getWriteBufferLimits());
  }
  for (const limits of [{ high: 1, low: 2 }, { low: -1 }, { high: -1 }]) {
    try {
      stdin.setWriteBufferLimits(limits);
    } catch (error) {
      trace(trace.kind(error), stdin.getWriteBufferLimits());
    }
  }
  stdin.write(Buffer.alloc(1000));
  recorder.pipes[0]!('little');
  stdin.write(Buffer.alloc(4_000_000));
  recorder.pipes[0]!('much', stdin.getWriteBufferSize() > 65536);
  stdin.write(Buffer.alloc(1000));
  output.resumeReading();
  stdin.writeEof();
  recorder.pipes[0]!('closing', stdin.isClosing(), stdin.canWriteEof());
  await recorder.lost;
  trace(recorder.output[1]!.length, recorder.output[1]!.subarray(-5));
}
