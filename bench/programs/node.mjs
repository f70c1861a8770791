// A proxy and a mail server on node:net and node:tls, in Node's style: `node programs/node.mjs CONFIG`.
import net from 'node:net';
import tls from 'node:tls';

const { kind, key, cert } = JSON.parse(process.argv[2]);
process.stdin.resume().on('end', () => process.exit());

/** A client of the proxy: SOCKS 5, and then a tunnel. */
function serveClient(client) {
  client.setNoDelay(true);
  client.setTimeout(10_000, () => client.destroy());
  client.on('error', () => client.destroy());
  let received = Buffer.alloc(0);
  let hasGreeted = false;
  const read = (data) => {
    received = Buffer.concat([received, data]);
    if (!hasGreeted) {
      if (received.length < 2 || received.length < 2 + received[1]) return;
      received = received.subarray(2 + received[1]);
      hasGreeted = true;
      client.write(Buffer.of(5, 0));
    }
    if (received.length < 10) return;
    const host = received.subarray(4, 8).join('.');
    const port = received.readUInt16BE(8);
    const rest = received.subarray(10);
    client.off('data', read);
    client.pause();
    const upstream = net.connect({ host, port, noDelay: true, allowHalfOpen: true }, () => {
      client.setTimeout(0);
      const head = Buffer.from([5, 0, 0, 1, ...upstream.localAddress.split('.').map(Number), 0, 0]);
      head.writeUInt16BE(upstream.localPort, 8);
      client.write(head);
      if (rest.length > 0) upstream.write(rest);
      client.pipe(upstream);
      upstream.pipe(client);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  };
  client.on('data', read);
}

const END_OF_MESSAGE = Buffer.from('\r\n.\r\n');

/** A connection of the mail server. */
function serveMail(socket, context) {
  let received = Buffer.alloc(0);
  let pieces = null;
  let tail = Buffer.alloc(0);
  socket.setTimeout(300_000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const say = (text) => socket.write(`${text}\r\n`);
  const finish = (message) => {
    message.toString('latin1').replaceAll('\r\n..', '\r\n.');
    say('250 OK');
  };
  /** Collects a message, whose end may be split between two pieces. */
  const collect = (data) => {
    const seam = Buffer.concat([tail, data.subarray(0, END_OF_MESSAGE.length)]);
    let end = data.indexOf(END_OF_MESSAGE);
    if (end >= 0) end += END_OF_MESSAGE.length;
    const across = seam.indexOf(END_OF_MESSAGE);
    if (across >= 0 && across < tail.length) end = across + END_OF_MESSAGE.length - tail.length;
    if (end < 0) {
      pieces.push(data);
      tail = Buffer.concat([tail, data]).subarray(-(END_OF_MESSAGE.length - 1));
      return Buffer.alloc(0);
    }
    pieces.push(data.subarray(0, end));
    const message = Buffer.concat(pieces);
    pieces = null;
    finish(message);
    return data.subarray(end);
  };
  const read = (data) => {
    if (pieces !== null) data = collect(data);
    received = received.length === 0 ? data : Buffer.concat([received, data]);
    for (;;) {
      const end = received.indexOf('\r\n');
      if (end < 0) return;
      const [verb] = received.toString('latin1', 0, end).split(' ');
      received = received.subarray(end + 2);
      switch (verb.toUpperCase()) {
        case 'EHLO':
          say('250-mx.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 SIZE 10000000');
          break;
        case 'DATA': {
          say('354 end with a dot on a line of its own');
          pieces = [];
          tail = Buffer.from('\r\n');
          const rest = received;
          received = Buffer.alloc(0);
          if (rest.length > 0) received = collect(rest);
          if (pieces !== null) return;
          break;
        }
        case 'STARTTLS': {
          say('220 go ahead');
          socket.removeListener('data', read);
          socket.setTimeout(0);
          socket = new tls.TLSSocket(socket, { isServer: true, secureContext: context });
          socket.setTimeout(300_000, () => socket.destroy());
          socket.on('error', () => socket.destroy());
          socket.on('data', read);
          return;
        }
        case 'QUIT':
          say('221 goodbye');
          socket.end();
          return;
        default:
          say('250 OK');
      }
    }
  };
  socket.on('data', read);
  say('220 mx.example ESMTP');
}

const context = kind === 'smtp' ? tls.createSecureContext({ key, cert }) : null;
const server =
  kind === 'proxy'
    ? net.createServer({ allowHalfOpen: true, noDelay: true }, serveClient)
    : net.createServer({ noDelay: true }, (socket) => serveMail(socket, context));
server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () =>
  console.log(JSON.stringify({ port: server.address().port })),
);
