// Bun's own sockets: `bun servers/bun.mjs CONFIG`. ./README.md describes the servers of the benchmarks.
const { transport, mode, path, key, cert } = JSON.parse(process.argv[2]);
const ready = (port) => console.log(JSON.stringify({ port }));
process.stdin.resume().on('end', () => process.exit());

/** Bun's sockets take the bytes for which there is room; the caller keeps the rest. */
const send = (socket, data) => {
  if (socket.data !== undefined) {
    socket.data = Buffer.concat([socket.data, data]);
    return;
  }
  const sent = socket.write(data);
  if (sent < data.length) socket.data = Buffer.from(data.subarray(Math.max(sent, 0)));
};

const echo = {
  echo: send,
  'two-writes': (socket, data) => {
    const half = data.length >> 1;
    send(socket, data.subarray(0, half));
    send(socket, data.subarray(half));
  },
}[mode];

if (transport === 'udp') {
  const socket = await Bun.udpSocket({
    hostname: '127.0.0.1',
    socket: {
      data: (self, data, port, address) => self.send(data, port, address),
      // The load of the round before has closed its socket.
      error: () => {},
    },
  });
  ready(socket.port);
} else {
  const server = Bun.listen({
    ...(transport === 'unix' ? { unix: path } : { hostname: '127.0.0.1', port: 0 }),
    ...(transport === 'tls' ? { tls: { key, cert } } : {}),
    socket: {
      open: (socket) => {
        if (transport !== 'unix') socket.setNoDelay(true);
      },
      data: echo,
      drain: (socket) => {
        const rest = socket.data;
        socket.data = undefined;
        if (rest !== undefined) send(socket, rest);
      },
      error: () => {},
    },
  });
  ready(server.port ?? 0);
}
