// Loops that are used, and forgotten without being closed. Prints which descriptors are left, and the warnings.
import '@bight/loop-net/native';
import { readdirSync, readlinkSync } from 'node:fs';
import { SelectorEventLoop } from '@bight/loop-net';

declare const gc: () => void;

function census(): string {
  const kinds: Record<string, number> = {};
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const kind = /socket|eventpoll|timerfd/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[0];
      if (kind !== undefined) kinds[kind] = (kinds[kind] ?? 0) + 1;
    } catch {
      // The descriptor of the directory that is being read.
    }
  }
  return JSON.stringify(kinds);
}

const warnings = new Set<string>();
process.on('warning', ({ name, message }) => warnings.add(`${name}: ${message.replaceAll(/\d+/g, 'N')}`));

async function useAndForget(): Promise<void> {
  const loop = new SelectorEventLoop();
  await loop.runUntilComplete(async () => {
    const server = await loop.createServer(() => ({}), { host: '127.0.0.1' });
    const { port } = server.sockets[0]!.getsockname();
    const [transport] = await loop.createConnection(() => ({}), { host: '127.0.0.1', port });
    transport.write(Buffer.from('x'));
    await loop.createDatagramEndpoint(() => ({}), { localAddr: { host: '127.0.0.1', port: 0 } });
  });
}

const before = census();
for (let count = 0; count < 3; count++) await useAndForget();
for (let count = 0; count < 200 && census() !== before; count++) {
  gc();
  await new Promise((resolve) => setImmediate(resolve));
}
console.log(census() === before ? 'nothing is left' : `${before} ${census()}`);
for (const warning of [...warnings].sort()) console.log(warning);
