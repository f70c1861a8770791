/**
 * A DNS server over UDP for the names on its command line.
 *
 *     dns-responder bight.example=192.0.2.7 … [--host 127.0.0.1] [--port 5353]
 *
 * Try `dig @127.0.0.1 -p 5353 bight.example`. SIGINT (Ctrl-C) or SIGTERM ends it.
 */
import { parseArgs } from 'node:util';
import { Event, getRunningLoop, run } from 'bight';
import { DnsProtocol } from './dns-protocol.js';

async function serve(names: readonly [string, string][], host: string, port: number): Promise<void> {
  const loop = getRunningLoop();
  const [transport] = await loop.createDatagramEndpoint(() => new DnsProtocol(names), {
    localAddr: { host, port },
  });
  console.log(`Answering on ${host}:${transport.getExtraInfo('sockname').port}`);

  const stop = new Event();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) loop.addSignalHandler(signal, () => stop.set());
  await stop.wait();
  transport.close();
  console.log('Closed.');
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '5353' },
  },
});
const names = positionals.map((entry) => entry.split('=', 2) as [name: string, address: string]);
await run(() => serve(names, values.host, Number(values.port)));
