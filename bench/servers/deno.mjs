// Deno's own connections: `deno run -A servers/deno.mjs CONFIG`. ./README.md describes the servers of the benchmarks.
const { transport, mode, path, file, key, cert } = JSON.parse(Deno.args[0]);
const ready = (port) => console.log(JSON.stringify({ port }));
const hostname = '127.0.0.1';

async function untilInputEnds() {
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
}
void untilInputEnds();

async function writeAll(connection, bytes) {
  for (let sent = 0; sent < bytes.length; ) sent += await connection.write(bytes.subarray(sent));
}

async function serve(connection) {
  try {
    if (transport === 'tcp') connection.setNoDelay(true);
    const memory = new Uint8Array(256 * 1024);
    for (;;) {
      const length = await connection.read(memory);
      if (length === null) break;
      if (mode === 'download') {
        const source = await Deno.open(file);
        await source.readable.pipeTo(connection.writable);
        return;
      }
      const half = mode === 'two-writes' ? length >> 1 : 0;
      if (half > 0) await writeAll(connection, memory.subarray(0, half));
      await writeAll(connection, memory.subarray(half, length));
    }
    connection.close();
  } catch {
    // The client has disconnected.
  }
}

if (transport === 'udp') {
  const socket = Deno.listenDatagram({ transport: 'udp', hostname, port: 0 });
  ready(socket.addr.port);
  for await (const [data, from] of socket) await socket.send(data, from);
} else {
  const listener =
    transport === 'unix'
      ? Deno.listen({ transport: 'unix', path })
      : transport === 'tls'
        ? Deno.listenTls({ hostname, port: 0, key, cert })
        : Deno.listen({ hostname, port: 0 });
  ready(listener.addr.port ?? 0);
  for await (const connection of listener) void serve(connection);
}
