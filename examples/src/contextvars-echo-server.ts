// The echo server of Python's contextvars documentation. Every connection is served by a task of its own, which keeps
// the client's address in a context variable; the good-bye line reads it there, without a parameter.
//
//   npm start                          serves 20 clients of its own, and prints the conversations
//   npm start -- --serve --port 8081   serves until Ctrl-C: try `telnet 127.0.0.1 8081`, and an empty line
import { parseArgs } from 'node:util';
import {
  type AbstractServer,
  ContextVar,
  gather,
  KeyboardInterrupt,
  openConnection,
  run,
  type StreamReader,
  type StreamWriter,
  startServer,
} from 'bight';

interface ClientAddress {
  host: string;
  port: number;
}

const clientAddress = new ContextVar<ClientAddress>('clientAddress');

function renderGoodbye(): Buffer {
  const { host, port } = clientAddress.get();
  return Buffer.from(`Good bye, client @ ${host}:${port}\n`);
}

async function handleRequest(reader: StreamReader, writer: StreamWriter): Promise<void> {
  clientAddress.set(writer.transport.getExtraInfo('socket').getpeername());
  for (;;) {
    const line = await reader.readline();
    if (line.toString().trim() === '') break;
    writer.write(line);
    await writer.drain();
  }
  writer.write(renderGoodbye());
  writer.close();
  await writer.waitClosed();
}

/** Talks to the server; returns the conversation, and whether the good-bye named the right client. */
async function converse(
  name: string,
  port: number,
): Promise<{ lines: string[]; own: string; farewell: string }> {
  const [reader, writer] = await openConnection({ host: '127.0.0.1', port });
  const own = writer.getExtraInfo('sockname');
  const lines: string[] = [];
  for (const words of [`I am ${name}.`, 'How are you?']) {
    writer.write(Buffer.from(`${words}\n`));
    lines.push(`${name} > ${words}`);
    lines.push(`${name} < ${(await reader.readline()).toString().trimEnd()}`);
  }
  writer.write(Buffer.from('\n'));
  const farewell = (await reader.readline()).toString().trimEnd();
  lines.push(`${name} < ${farewell}`);
  writer.close();
  await writer.waitClosed();
  return { lines, own: `${own.host}:${own.port}`, farewell };
}

async function demonstrate(server: AbstractServer, port: number, clients: number): Promise<void> {
  console.log(`Serving on 127.0.0.1:${port}; ${clients} clients talk at once.\n`);
  const names = Array.from({ length: clients }, (_, i) => `client ${String(i + 1).padStart(2)}`);
  const conversations = await gather(names.map((name) => () => converse(name, port)));
  for (const { lines } of conversations) console.log(lines.join('\n'));
  const right = conversations.filter(({ own, farewell }) => farewell === `Good bye, client @ ${own}`);
  const addresses = new Set(conversations.map(({ own }) => own));
  server.close();
  await server.waitClosed();
  console.log(
    `\n${right.length} of ${clients} clients got their own address back; ${addresses.size} addresses were different.`,
  );
  if (right.length !== clients || addresses.size !== clients) process.exitCode = 1;
}

async function serve(server: AbstractServer, port: number): Promise<void> {
  console.log(`Serving on 127.0.0.1:${port}. Try: telnet 127.0.0.1 ${port}. Ctrl-C ends it.`);
  await server.serveForever();
}

const { values } = parseArgs({
  options: {
    serve: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    clients: { type: 'string', default: '20' },
  },
});

async function main(): Promise<void> {
  const server = await startServer(handleRequest, { host: '127.0.0.1', port: Number(values.port) });
  const [socket] = server.sockets;
  if (socket === undefined) throw new Error('the server has no socket');
  const { port } = socket.getsockname();
  if (values.serve) await serve(server, port);
  else await demonstrate(server, port, Number(values.clients));
}

try {
  await run(main);
} catch (error) {
  // Ctrl-C has cancelled serveForever(), which closed the server: the intended end of this program.
  if (!(error instanceof KeyboardInterrupt)) throw error;
  console.log('Closed.');
}
