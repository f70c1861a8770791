import { Buffer } from 'node:buffer';
import { getRunningLoop } from 'bight';
import { makePipe } from '../../support/pipe.js';
import { PipeRecorder } from '../../support/pipe-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';
const SIZE = 1_000_000;

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const end of ['close', 'abort'] as const) {
    const [reader, writer] = makePipe();
    const lane = trace.lane(`writer, ${end}`);
    const [transport, recorder] = await loop.connectWritePipe(() => new PipeRecorder(lane), writer);
    transport.write(Buffer.alloc(1000));
    lane('little', transport.getWriteBufferSize());
    transport.write(Buffer.alloc(SIZE));
    lane('much', transport.getWriteBufferSize() > SIZE / 2);
    transport[end]();
    lane(end, transport.isClosing());
    if (end === 'abort') await recorder.lost;
    const [, received] = await loop.connectReadPipe(
      () => new PipeRecorder(trace.lane(`reader, ${end}`)),
      reader,
    );
    await received.lost;
    await recorder.lost;
    trace(end, received.data.length === 1000 + SIZE, transport.getWriteBufferSize());
  }
}
