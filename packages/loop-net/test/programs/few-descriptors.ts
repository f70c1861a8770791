// A server, on the loop class that is named, in a process that may have few descriptors. Prints its port, and what is
// reported to its exception handler. With "fill", files take every descriptor but one until SIGUSR2 comes.
import '@bight/loop-net/native';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import process from 'node:process';
import type { Transport } from '@bight/loop-abstract';
import { ProactorEventLoop, SelectorEventLoop } from '@bight/loop-net';

const loop = process.argv[2] === 'SelectorEventLoop' ? new SelectorEventLoop() : new ProactorEventLoop();
loop.setExceptionHandler((_, { message, exception }) => {
  console.log(`report ${message}: ${(exception as NodeJS.ErrnoException).code}`);
});

const files: number[] = [];

/** Leaves one descriptor free, and not the one with the highest number. */
function fill(): void {
  try {
    for (;;) files.push(openSync(devNull, 'r'));
  } catch {
    closeSync(files.shift()!);
  }
}

process.on('SIGUSR2', () => {
  for (const fd of files.splice(0)) closeSync(fd);
  console.log('freed');
});

await loop.runUntilComplete(async () => {
  const server = await loop.createServer(
    () => ({
      connectionMade: (transport) => (transport as Transport).write(Buffer.from('welcome')),
    }),
    { host: '127.0.0.1' },
  );
  if (process.argv[3] === 'fill') fill();
  console.log(`port ${server.sockets[0]?.getsockname().port}`);
  await server.serveForever();
});
