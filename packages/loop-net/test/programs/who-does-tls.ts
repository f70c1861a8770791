// Prints which kinds of objects have made the two ends of a connection.
import '@bight/loop-net/native';
import { readFileSync } from 'node:fs';
import { Protocol } from '@bight/loop-abstract';
import { SelectorEventLoop, SSLContext } from '@bight/loop-net';

const [cert, key, ca] = process.argv.slice(2).map((file) => readFileSync(file));
const loop = new SelectorEventLoop();
const kinds: string[] = [];

class Noting extends Protocol {
  override connectionMade(transport: { getExtraInfo(name: string): unknown }): void {
    kinds.push((transport.getExtraInfo('sslObject') as object).constructor.name);
  }
}

await loop.runUntilComplete(async () => {
  const ssl = new SSLContext({ cert, key });
  const server = await loop.createServer(() => new Noting(), { host: '127.0.0.1', port: 0, ssl });
  const { port } = server.sockets[0]!.getsockname<{ host: string; port: number }>();
  const [transport] = await loop.createConnection(() => new Noting(), {
    host: '127.0.0.1',
    port,
    ssl: new SSLContext({ ca }),
    serverHostname: 'localhost',
  });
  while (kinds.length < 2) await new Promise(setImmediate);
  transport.abort();
  server.close();
});
loop.close();
console.log(kinds.join(' '));
