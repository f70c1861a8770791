import { closeSync, writeSync } from 'node:fs';
import { getRunningLoop, sleep } from 'bight';
import { makePipe } from '../../support/pipe.js';
import { PipeRecorder } from '../../support/pipe-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [reader, writer] = makePipe();
  writeSync(writer, 'before');
  const [transport, recorder] = await loop.connectReadPipe(() => new PipeRecorder(trace), reader);
  trace('connected', recorder.data, transport.isReading(), transport.getProtocol() === recorder);
  trace(transport.getExtraInfo('pipe')!.fileno() === reader, transport.getExtraInfo('nothing', 'default'));
  await recorder.received(6);
  writeSync(writer, ' and after');
  await recorder.received(16);
  closeSync(writer);
  await recorder.lost;
  trace(transport.isClosing(), transport.isReading());
  transport.close();
  await sleep(0);
  trace('over');
}
