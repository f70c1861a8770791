import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { Socket } from '@bight/sockets';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../test/support/compiled.js';
import { repository } from '../../../test/support/workspace.js';

const PROGRAM = 'packages/bight/test/programs/supervised.ts';
const loops = ['SelectorEventLoop', 'ProactorEventLoop'];
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Service {
  readonly pid: number;
  readonly port: number;
  /** Stops it; its exit status and signal. */
  stop(signal: NodeJS.Signals): Promise<unknown[]>;
}

/** Starts a service, with a descriptor 3 if there is one, as systemd does. */
async function start(args: readonly string[], fd: number | 'ignore' = 'ignore'): Promise<Service> {
  const command = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"';
  const child = spawn('sh', ['-c', command, process.execPath, ...nodeArguments(PROGRAM, args)], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'ignore', fd],
  });
  started.push(child);
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const [pid, port] = line.split(' ').map(Number) as [number, number];
  return {
    pid,
    port,
    stop(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** A client that holds its connection: what it is answered, and its end. */
function hold(port: number) {
  const client = net.connect(port, '127.0.0.1');
  const answer = once(client, 'data').then(([bytes]) => Number(bytes));
  return { answer, closed: once(client.resume(), 'close') };
}

describe.each(loops)('%s: a service', (name) => {
  test('that is stopped with connections open is started again on its port at once', async () => {
    let port = 0;
    for (let count = 0; count < 3; count++) {
      const service = await start([name, String(port)]);
      port = service.port;
      const clients = [hold(port), hold(port)];
      for (const { answer } of clients) expect(await answer).toBe(service.pid);
      expect(await service.stop('SIGINT')).toEqual([130, null]);
      for (const { closed } of clients) expect(await closed).toEqual([false]);
    }
  });
});

test.each([
  ['SelectorEventLoop', 'socket'],
  ['ProactorEventLoop', 'socket'],
  ['ProactorEventLoop', 'server'],
])(
  '%s: a service on the socket of systemd (a %s) misses no connection while it is down',
  async (name, kind) => {
    using listener = new Socket();
    listener.bind({ host: '127.0.0.1', port: 0 });
    listener.listen();
    const { port } = listener.getsockname() as { port: number };
    for (let count = 0; count < 3; count++) {
      // Nothing accepts it yet.
      const early = hold(port);
      const service = await start([name, kind], listener.fileno());
      expect(service.port).toBe(port);
      const late = hold(port);
      expect([await early.answer, await late.answer]).toEqual([service.pid, service.pid]);
      expect(await service.stop('SIGTERM')).toEqual([143, null]);
      await early.closed;
      await late.closed;
    }
  },
);
