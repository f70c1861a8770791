import { AF_UNIX, Socket } from '@bight/sockets';
import { selectorLoop } from '../../support/sockets.js';
import type { Trace } from '../../support/trace.js';

export const needs = 'readiness';

export async function main(trace: Trace): Promise<void> {
  const loop = selectorLoop();
  // It has a port, and does not listen.
  using refusing = new Socket();
  refusing.bind({ host: '127.0.0.1', port: 0 });
  const { port } = refusing.getsockname();
  for (const host of ['127.0.0.1', 'localhost', 'no.such.host.invalid']) {
    using client = new Socket();
    try {
      await loop.sockConnect(client, { host, port });
    } catch (error) {
      trace(error);
    }
  }
  using client = new Socket({ family: AF_UNIX });
  try {
    await loop.sockConnect(client, '/no/such/socket');
  } catch (error) {
    trace(error);
  }
}
