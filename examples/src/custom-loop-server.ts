// An HTTP server on the loop of custom-loop.ts: the add-ons give it what it lacks. Ctrl-C ends it.
import { withNet } from '@bight/loop-net';
import { withSignals } from '@bight/loop-signals';
import { withSubprocess } from '@bight/loop-subprocess';
import { CustomLoop } from './custom-loop.js';
import { HttpProtocol } from './http-protocol.js';

class MyLoop extends withSubprocess(withSignals(withNet(CustomLoop))) {}

const loop = new MyLoop();

await loop.runUntilComplete(async () => {
  const port = Number(process.argv[2] ?? 8080);
  const server = await loop.createServer(() => new HttpProtocol(), { host: '127.0.0.1', port });
  console.log(`http://127.0.0.1:${server.sockets[0]?.getsockname().port}/`);
  const interrupted = loop.createFuture<void>();
  loop.addSignalHandler('SIGINT', () => interrupted.setResult());
  await interrupted;
  server.close();
  server.closeClients();
  await server.waitClosed();
});
loop.close();
