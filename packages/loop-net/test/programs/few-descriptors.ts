// A server, on the loop class that is named, in a process that may have few descriptors. Says its port, what its exception handler hears, and who came.
import type { Transport } from '@bight/loop-abstract';
import { ProactorEventLoop, SelectorEventLoop } from '@bight/loop-net';

const loop = process.argv[2] === 'SelectorEventLoop' ? new SelectorEventLoop() : new ProactorEventLoop();
loop.setExceptionHandler((_, { message, exception }) => {
  console.log(`report ${message}: ${(exception as NodeJS.ErrnoException).code}`);
});
await loop.runUntilComplete(async () => {
  const server = await loop.createServer(
    () => ({
      connectionMade: (transport) => (transport as Transport).write(Buffer.from('welcome')),
    }),
    { host: '127.0.0.1' },
  );
  console.log(`port ${server.sockets[0]?.getsockname().port}`);
  await server.serveForever();
});
