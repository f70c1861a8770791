import type { AbstractServer } from '@bight/loop-abstract';
import type { CaseContext } from '../../case-context.js';
import { Recorder } from '../../recorder.js';

export const HOST = '127.0.0.1';

/** The port at which a server listens. */
export const portOf = (server: AbstractServer): number => server.sockets[0]?.getsockname().port ?? 0;

/** A TCP connection of the loop with itself; the server accepts no other. */
export async function connect({ loop }: CaseContext, made?: (accepted: Recorder) => void) {
  const accepting = loop.createFuture<Recorder>();
  const server = await loop.createServer(
    () => {
      const protocol = new Recorder(loop);
      made?.(protocol);
      accepting.setResult(protocol);
      return protocol;
    },
    { host: HOST },
  );
  const [transport, client] = await loop.createConnection(() => new Recorder(loop), {
    host: HOST,
    port: portOf(server),
  });
  const accepted = await accepting;
  server.close();
  return { server, transport, client, accepted };
}

/** Closes both ends, and waits for the end of both. */
export async function close({ client, accepted }: { client: Recorder; accepted: Recorder }): Promise<void> {
  client.transport.abort();
  accepted.transport.abort();
  await client.lost;
  await accepted.lost;
}
