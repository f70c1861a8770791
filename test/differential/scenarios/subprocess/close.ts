import { getRunningLoop } from 'bight';
import { ProcessRecorder } from '../../support/process-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

class Ordered extends ProcessRecorder {
  constructor(readonly order: Trace) {
    super(order);
  }

  override pipeConnectionLost(fd: number, error: Error | null): void {
    this.order('lost', fd);
    super.pipeConnectionLost(fd, error);
  }
}

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [transport, recorder] = await loop.subprocessExec(() => new Ordered(trace), 'sleep', ['1000']);
  const pipes = [0, 1, 2].map((fd) => transport.getPipeTransport(fd)!);
  trace(
    pipes.map((pipe) => pipe.isClosing()),
    transport.getPipeTransport(3),
  );
  transport.close();
  trace(
    transport.isClosing(),
    pipes.map((pipe) => pipe.isClosing()),
    transport.getReturncode(),
  );
  transport.close();
  await recorder.lost;
  trace(transport.getReturncode());
  transport.close();
  try {
    transport.kill();
  } catch (error) {
    trace(trace.kind(error));
  }
}
