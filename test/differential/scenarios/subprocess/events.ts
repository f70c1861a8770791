import { Buffer } from 'node:buffer';
import { getRunningLoop } from 'bight';
import { ProcessRecorder } from '../../support/process-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';
const SCRIPT = 'echo out; echo err >&2; read line; echo "$line"; exec 1>&- 2>&-; read line; exit 3';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [transport, recorder] = await loop.subprocessExec(() => new ProcessRecorder(trace), 'sh', [
    '-c',
    SCRIPT,
  ]);
  trace(
    'started',
    transport === recorder.transport,
    transport.getProtocol() === recorder,
    transport.isClosing(),
  );
  await recorder.printed(1, 'out\n');
  await recorder.printed(2, 'err\n');
  const stdin = transport.getPipeTransport(0)!;
  stdin.write(Buffer.from('more\n'));
  await recorder.pipeEnds[1];
  await recorder.pipeEnds[2];
  trace('outputs closed', transport.getReturncode());
  stdin.close();
  await recorder.pipeEnds[0];
  trace('input closed');
  await recorder.lost;
  trace(transport.getReturncode(), transport.isClosing());
}
