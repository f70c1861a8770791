import { Buffer } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { getRunningLoop } from 'bight';
import { makePipe } from '../../support/pipe.js';
import { PipeRecorder } from '../../support/pipe-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

function read(fd: number): Buffer {
  const buffer = Buffer.alloc(100);
  return buffer.subarray(0, readSync(fd, buffer));
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  for (const end of ['writeEof', 'close', 'abort'] as const) {
    const [reader, writer] = makePipe();
    const [transport, recorder] = await loop.connectWritePipe(() => new PipeRecorder(trace), writer);
    trace(transport.canWriteEof(), transport.getWriteBufferSize(), transport.isClosing());
    transport.write(Buffer.from('one'));
    transport.write(Buffer.from(''));
    transport.writelines([Buffer.from('two'), Buffer.from('three')]);
    trace(read(reader), transport.getWriteBufferSize());
    transport[end]();
    trace(end.replace('writeEof', 'write_eof'), transport.isClosing());
    transport.write(Buffer.from('late'));
    await recorder.lost;
    trace(read(reader));
    closeSync(reader);
  }
}
