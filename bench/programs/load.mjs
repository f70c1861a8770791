// The clients of ../programs.mjs: `node load.mjs PORT PID LOAD`. Prints the amount of work and the server's processor
// time, as JSON.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { nativeProgram } from '../lib/native.mjs';

const [port, pid, load] = process.argv.slice(2);
const meter = nativeProgram('load').file;
const serverCpuNs = () => JSON.parse(execFileSync(meter, ['cpu', '-', pid])).cpuNs;
const MEGABYTES = 64;

/** The server behind the proxy: it echoes, or sends megabytes to a client that sends `d`. */
const behind = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => {
    if (data[0] !== 0x64) socket.write(data);
    else socket.end(Buffer.alloc(MEGABYTES * 2 ** 20, 'x'));
  });
});
await once(behind.listen(0, '127.0.0.1'), 'listening');

async function connected() {
  const socket = net.connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Reads a number of bytes. */
function read(socket, count) {
  return new Promise((resolve, reject) => {
    let missing = count;
    const onData = ({ length }) => {
      missing -= length;
      if (missing > 0) return;
      socket.off('data', onData).off('error', reject);
      resolve();
    };
    socket.on('data', onData).once('error', reject);
  });
}

async function tunnel() {
  const socket = await connected();
  const head = Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, 0, 0]);
  head.writeUInt16BE(behind.address().port, 8);
  socket.write(Buffer.of(5, 1, 0));
  await read(socket, 2);
  socket.write(head);
  await read(socket, 10);
  return socket;
}

/** Waits for an answer, which must be this text. */
function answer(socket, text) {
  return new Promise((resolve, reject) => {
    let received = '';
    const onData = (data) => {
      received += data.toString('latin1');
      if (!/^\d{3} .*\r\n$/m.test(received)) return;
      socket.off('data', onData).off('error', reject);
      if (text.test(received)) resolve();
      else reject(new Error(`the server answers ${JSON.stringify(received)}, not ${text}`));
    };
    socket.on('data', onData).once('error', reject);
  });
}

const mailHead = 'MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n';
const small = `Subject: x\r\n\r\n${'a line of text that is seventy bytes long, as most lines of mail are\r\n'.repeat(30)}.\r\n`;
const large = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(54_000).concat('.\r\n'));

async function greeted() {
  const socket = await connected();
  await answer(socket, /^220/);
  await greet(socket);
  return socket;
}

async function greet(socket) {
  await say(socket, 'EHLO me\r\n', /^250 /m);
}

async function say(socket, text, expected = /^250 /) {
  const answered = answer(socket, expected);
  socket.write(text);
  await answered;
}

/** Sends one message, a command after the other, as most clients do. */
async function mail(socket, message) {
  for (const line of mailHead.split(/(?<=\r\n)/)) await say(socket, line, /^(250|354) /);
  await say(socket, message);
}

async function quit(socket) {
  const ended = once(socket, 'close');
  socket.end('QUIT\r\n').resume();
  await ended;
}

async function sendLarge(socket) {
  for (let i = 0; i < 3; i++) await mail(socket, large);
  await quit(socket);
  return 3;
}

/** The loads; each returns the amount of its work. */
const loads = {
  async megabytes() {
    const socket = await tunnel();
    socket.write('d');
    await read(socket, MEGABYTES * 2 ** 20);
    socket.destroy();
    return MEGABYTES;
  },
  async tunnels() {
    const count = 400;
    const sockets = await Promise.all(Array.from({ length: count }, tunnel));
    await Promise.all(
      sockets.map(async (socket) => {
        socket.write(Buffer.alloc(1024));
        await read(socket, 1024);
      }),
    );
    await Promise.all(sockets.map((socket) => once(socket.end().resume(), 'close')));
    return count;
  },
  async 'ping-pong'() {
    const socket = await tunnel();
    const count = 5000;
    for (let i = 0; i < count; i++) {
      socket.write('p'.repeat(64));
      await read(socket, 64);
    }
    socket.destroy();
    return count;
  },
  async connections() {
    const count = 200;
    for (let first = 0; first < count; first += 20) {
      const one = async () => {
        const socket = await greeted();
        await mail(socket, small);
        await quit(socket);
      };
      await Promise.all(Array.from({ length: 20 }, one));
    }
    return count;
  },
  async messages() {
    const socket = await greeted();
    const count = 500;
    for (let i = 0; i < count; i++) await mail(socket, small);
    await quit(socket);
    return count;
  },
  async large() {
    return await sendLarge(await greeted());
  },
  async 'large over TLS'() {
    const socket = await greeted();
    await say(socket, 'STARTTLS\r\n', /^220/);
    const encrypted = tls.connect({ socket, rejectUnauthorized: false });
    await once(encrypted, 'secureConnect');
    // STARTTLS resets the session.
    await greet(encrypted);
    return await sendLarge(encrypted);
  },
};

const before = serverCpuNs();
const count = await loads[load]();
// The server's work after the last answer counts, too.
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(`${JSON.stringify({ count, cpuNs: serverCpuNs() - before })}\n`, () => process.exit());
