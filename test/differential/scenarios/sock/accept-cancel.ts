import { Socket } from '@bight/sockets';
import { createTask, type InetAddress, sleep, wait } from 'bight';
import { bound, selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  using server = bound();
  const accept = async (): Promise<[Socket, InetAddress]> => await loop.sockAccept(server);

  for (let round = 0; round < 3; round++) {
    const task = createTask(accept);
    await sleep(0);
    task.cancel();
    const again = createTask(accept);
    using client = new Socket();
    await loop.sockConnect(client, server.getsockname());
    const [connection, address] = await again;
    await wait([task]);
    trace(task.cancelled(), address.port === client.getsockname().port);
    connection.close();
  }
}
