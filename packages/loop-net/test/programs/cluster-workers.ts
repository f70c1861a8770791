// Two workers of node:cluster that listen on one port, one after the other; prints the outcome of each, and whether
// they share the port.
import '@bight/loop-net/native';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { ProactorEventLoop, SelectorEventLoop } from '@bight/loop-net';

const [, , name, shared, given] = process.argv;

if (cluster.isPrimary) {
  cluster.setupPrimary({ args: [name as string, shared as string, '0'] });
  const first = cluster.fork();
  const [port] = (await once(first, 'message')) as [number | string];
  if (typeof port === 'string') {
    console.log(port);
    process.exit();
  }
  console.log('first listens');
  cluster.setupPrimary({ args: [name as string, shared as string, String(port)] });
  const [second] = (await once(cluster.fork(), 'message')) as [number | string];
  console.log(typeof second === 'number' ? 'second listens' : second);
  for (const worker of Object.values(cluster.workers ?? {})) worker?.kill();
} else {
  const loop = name === 'SelectorEventLoop' ? new SelectorEventLoop() : new ProactorEventLoop();
  await loop.runUntilComplete(async () => {
    const options = { host: '127.0.0.1', port: Number(given), reusePort: shared === 'shared' };
    try {
      const server = await loop.createServer(() => ({}), options);
      process.send?.(server.sockets[0]?.getsockname().port);
      await server.serveForever();
    } catch (error) {
      process.send?.((error as Error).message);
    }
  });
}
