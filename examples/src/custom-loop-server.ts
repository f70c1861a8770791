// An HTTP server on the loop of custom-loop.ts, with the network and signals of the add-ons. Ctrl-C ends it.
import { withNet } from '@bight/loop-net';
import { withSignals } from '@bight/loop-signals';
import { withSubprocess } from '@bight/loop-subprocess';
import { CustomLoop } from './custom-loop.js';
import type { HttpRequest } from './http/http-connection.js';
import { HttpConnection, usualLimits } from './http/http-connection.js';

class MyLoop extends withSubprocess(withSignals(withNet(CustomLoop))) {}

const loop = new MyLoop();

function handle({ target }: HttpRequest) {
  return { status: '200 OK', body: Buffer.from(`You asked for ${target}\n`) };
}

await loop.runUntilComplete(async () => {
  const port = Number(process.argv[2] ?? 8080);
  const service = { loop, limits: usualLimits, connections: new Set<HttpConnection>(), handle };
  const server = await loop.createServer(() => new HttpConnection(service), { host: '127.0.0.1', port });
  console.log(`http://127.0.0.1:${server.sockets[0]?.getsockname().port}/`);
  const interrupted = loop.createFuture<void>();
  loop.addSignalHandler('SIGINT', () => interrupted.setResult());
  await interrupted;
  server.close();
  server.closeClients();
  await server.waitClosed();
});
loop.close();
