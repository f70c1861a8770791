import { closeSync, writeSync } from 'node:fs';
import { getRunningLoop, type ReadTransport, sleep } from 'bight';
import { makePipe } from '../../support/pipe.js';
import { PipeRecorder } from '../../support/pipe-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

class Paused extends PipeRecorder {
  override connectionMade(transport: ReadTransport): void {
    super.connectionMade(transport);
    transport.pauseReading();
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [reader, writer] = makePipe();
  writeSync(writer, 'data');
  closeSync(writer);
  const [transport, recorder] = await loop.connectReadPipe(() => new Paused(trace), reader);
  await sleep(0.01);
  trace(recorder.data, transport.isReading(), transport.isClosing());
  transport.pauseReading();
  transport.resumeReading();
  transport.resumeReading();
  trace(recorder.data, transport.isReading());
  await recorder.lost;
  trace(recorder.data, transport.isReading());
}
