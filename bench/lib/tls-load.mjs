// Does the same as ../native/load.c, over TLS: `node tls-load.mjs PORT PID CONNECTIONS SIZE SECONDS`, with one message
// in flight on each connection. Prints the same line of JSON.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import tls from 'node:tls';
import { nativeProgram } from './native.mjs';

const WARM_UP_MS = 150;
const [port, pid, connections, size, seconds] = process.argv.slice(2).map(Number);
const message = Buffer.alloc(size, 'x');
const meter = nativeProgram('load').file;
const serverCpuNs = () => JSON.parse(execFileSync(meter, ['cpu', '-', String(pid)])).cpuNs;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let count = 0;

for (let index = 0; index < connections; index++) {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  let missing = size;
  socket.setNoDelay(true);
  socket.on('data', ({ length }) => {
    missing -= length;
    if (missing > 0) return;
    missing = size;
    count++;
    socket.write(message);
  });
  socket.write(message);
}
await wait(WARM_UP_MS);
const [cpuBefore, countBefore, began] = [serverCpuNs(), count, performance.now()];
await wait(seconds * 1000);
const elapsed = (performance.now() - began) / 1000;
const result = { count: count - countBefore, seconds: elapsed, cpuNs: serverCpuNs() - cpuBefore };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
