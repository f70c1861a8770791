/**
 * A chat with rooms, for telnet and nc.
 *
 *     chat-server [--host 127.0.0.1] [--port 8000]
 * SIGINT (Ctrl-C) or SIGTERM ends it, after a good-bye to every member.
 */
import { parseArgs } from 'node:util';
import { Event, getRunningLoop, run, startServer } from 'bight';
import { Chat } from './chat/chat.js';

const GRACE_SECONDS = 1;

async function serve(host: string, port: number): Promise<void> {
  const chat = new Chat();
  const server = await startServer(async (reader, writer) => chat.serve(reader, writer), { host, port });
  console.log(`Chatting on ${host}:${server.sockets[0]?.getsockname().port}`);

  const stop = new Event();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    getRunningLoop().addSignalHandler(signal, () => stop.set());
  }
  await stop.wait();

  const closed = server.close({ grace: GRACE_SECONDS });
  chat.close();
  await closed;
  console.log('Closed.');
}

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8000' },
  },
});
await run(() => serve(values.host, Number(values.port)));
