/**
 * A proxy for SOCKS 5 and for HTTP's CONNECT, on one port.
 *
 *     proxy [--host 127.0.0.1] [--port 1080] [--user NAME:PASSWORD]
 *
 * Try `curl --proxy socks5h://127.0.0.1:1080 …`. SIGINT (Ctrl-C) or SIGTERM ends it.
 */
import { parseArgs } from 'node:util';
import { getRunningLoop, run, TaskGroup } from 'bight';
import { serveUntilSignal } from './command-line/serve-until-signal.js';
import { ProxyClient } from './proxy/proxy-client.js';
import type { Credentials } from './proxy/requests.js';

async function serve(host: string, port: number, credentials: Credentials): Promise<void> {
  const loop = getRunningLoop();
  await TaskGroup.run(async (tasks) => {
    const server = await loop.createServer(() => new ProxyClient({ loop, tasks, credentials }), {
      host,
      port,
      backlog: 1024,
    });
    await serveUntilSignal(server, { announce: (bound) => `Listening on ${host}:${bound}`, grace: 0 });
    tasks.cancel();
  });
  console.log('Closed.');
}

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '1080' },
    user: { type: 'string' },
  },
});
const [name, ...password] = values.user?.split(':') ?? [];
const credentials = name === undefined ? null : { name, password: password.join(':') };
await run(() => serve(values.host, Number(values.port), credentials));
