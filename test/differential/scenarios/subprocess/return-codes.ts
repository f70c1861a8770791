import { DEVNULL, getRunningLoop } from 'bight';
import { ProcessRecorder } from '../../support/process-recorder.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'processes';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const quiet = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL };
  const commands = [
    'true',
    'exit 7',
    'exit 255',
    'kill -9 $$',
    'kill -15 $$',
    'kill -USR1 $$',
    '/no/such/program',
  ];
  for (const command of commands) {
    const factory = () => new ProcessRecorder(trace, `${command}: `);
    const [transport, recorder] = await loop.subprocessShell(factory, command, quiet);
    trace(
      command,
      [0, 1, 2].map((fd) => transport.getPipeTransport(fd)),
    );
    await recorder.lost;
    trace(transport.getReturncode());
  }
}
