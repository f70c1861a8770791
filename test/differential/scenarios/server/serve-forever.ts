import { CancelledError, createTask, Protocol, sleep } from 'bight';
import { serve } from '../../support/network.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'network';

export async function main(trace: Trace): Promise<void> {
  for (const how of ['cancel', 'close']) {
    const [server] = await serve(() => new Protocol(), { startServing: false });
    const task = createTask(async () => {
      await server.serveForever();
    });
    while (!server.isServing()) await sleep(0);
    try {
      await server.serveForever();
    } catch (error) {
      trace(trace.kind(error));
    }
    trace('serving', server.isServing(), task.done());
    if (how === 'cancel') task.cancel();
    else server.close();
    try {
      await task;
    } catch (error) {
      if (error instanceof CancelledError)
        trace(how, task.cancelled(), server.isServing(), server.sockets.length);
    }
    await server.waitClosed();
    try {
      await server.serveForever();
    } catch (error) {
      trace(trace.kind(error));
    }
  }
}
