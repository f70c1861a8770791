// A server that serves until Ctrl-C. After the example in Python's documentation under "Server.serve_forever()".
// Argument: the port (0: any free port).
import { run, type StreamReader, type StreamWriter, startServer } from 'bight';

const [port = 0] = process.argv.slice(2).map(Number);

async function clientConnected(reader: StreamReader, writer: StreamWriter): Promise<void> {
  writer.write(await reader.readline());
  await writer.drain();
  writer.close();
}

async function main(): Promise<void> {
  await using server = await startServer(clientConnected, { host: '127.0.0.1', port });
  console.log(`port ${server.sockets[0]?.getsockname().port}`);
  await server.serveForever();
}

await run(main);
