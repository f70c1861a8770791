import { CancelledError, createTask, getRunningLoop, Protocol, sleep } from 'bight';
import { serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const [server, port] = await serve(() => new Protocol());
  let made = 0;
  const make = () => {
    made++;
    return new Protocol();
  };
  const host = '127.0.0.1';
  for (const turns of [0, 1]) {
    const task = createTask(async () => {
      await loop.createConnection(make, { host, port });
    });
    for (let turn = 0; turn < turns; turn++) await sleep(0);
    task.cancel('enough');
    try {
      await task;
    } catch (error) {
      if (error instanceof CancelledError) trace(error, made);
    }
  }
  const [transport] = await loop.createConnection(make, { host, port });
  trace('connected', made);
  transport.abort();
  server.close();
  await server.waitClosed();
}
