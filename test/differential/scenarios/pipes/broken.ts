import { Buffer } from 'node:buffer';
import { closeSync } from 'node:fs';
import { getRunningLoop, sleep } from 'bight';
import { makePipe } from '../../support/pipe.js';
import { PipeRecorder } from '../../support/pipe-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [reader, writer] = makePipe();
  const [transport, recorder] = await loop.connectWritePipe(() => new PipeRecorder(trace), writer);
  transport.write(Buffer.alloc(1_000_000));
  closeSync(reader);
  await recorder.lost;
  trace(transport.isClosing(), transport.getWriteBufferSize());
  transport.write(Buffer.from('in vain'));
  transport.close();
  await sleep(0);
  trace('over');
}
