import { closeSync, writeSync } from 'node:fs';
import { createTask, getRunningLoop, sleep } from 'bight';
import { makePipe } from '../../support/pipe.js';
import { PipeRecorder } from '../../support/pipe-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [reader, writer] = makePipe();
  const [transport, recorder] = await loop.connectReadPipe(() => new PipeRecorder(trace), reader);
  writeSync(writer, 'data');
  transport.close();
  transport.close();
  loop.callSoon(trace, ['a turn later']);
  trace(transport.isClosing(), transport.isReading());
  await recorder.lost;
  trace(recorder.data);
  try {
    writeSync(writer, 'more');
  } catch (error) {
    trace(error);
  }
  closeSync(writer);
  const [secondReader, secondWriter] = makePipe();
  const task = createTask(() => loop.connectReadPipe(() => new PipeRecorder(trace), secondReader));
  await sleep(0);
  task.cancel();
  try {
    await task;
  } catch (error) {
    trace(error);
  }
  await sleep(0.01);
  closeSync(secondWriter);
}
