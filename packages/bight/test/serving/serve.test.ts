import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { ValueError } from '@bight/contextvars';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { runsOf, runsWhole, sampleOf } from '../../../../test/support/extent.js';
import { repository } from '../../../../test/support/workspace.js';
import { serve } from '../../src/index.js';

const module = path.join(repository, 'packages/bight/test/fixtures/served.mjs');
/** How many reloads there are under load. */
const RELOADS = runsOf(4, 2);
const running: ChildProcess[] = [];
/** How long each client rests after an answer: under the whole load the workers begin much later. */
const PAUSE_MS = runsWhole ? 0 : 10;
/** Whether clients of a test ask on and on. */
let isAsking = false;

afterEach(() => {
  isAsking = false;
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

class Service {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  readonly lines: string[] = [];
  stderr = '';
  #wake = (): void => undefined;

  constructor(options: object, env: Record<string, string> = {}) {
    const program = nodeArguments('packages/bight/test/fixtures/serve-main.ts', [
      module,
      JSON.stringify(options),
    ]);
    this.child = spawn(process.execPath, program, {
      env: { ...process.env, PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(this.child);
    this.exited = once(this.child, 'close');
    createInterface(this.child.stdout!).on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
    this.child.stderr!.on('data', (text) => (this.stderr += text));
  }

  async line(found: (line: string) => boolean, count = 1): Promise<string> {
    while (this.lines.filter(found).length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.lines.find(found)!;
  }

  async ready(): Promise<number> {
    await this.line((line) => line === 'ready');
    const ports = new Set(this.lines.filter((line) => line.startsWith('port')));
    // Port 0 is the same one for all workers.
    expect(ports.size).toBe(1);
    return Number([...ports][0]!.slice(5));
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
    expect([this.child.exitCode, this.stderr]).toEqual([0, '']);
    expect(this.lines.at(-1)).toBe('over');
  }
}

/** Asks a server which worker it is. */
async function ask(port: number, question = 'who'): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.end(`${question}\n`);
  let answer = '';
  for await (const text of socket) answer += text;
  return answer.trim();
}

const KINDS = ['process', 'thread'];
const LOOPS = ['selector', 'proactor'];
// Whole, they reload more often and under a greater load than in the sample: each is of one loop there.
const cases = KINDS.flatMap((kind, turn) =>
  (runsWhole ? LOOPS : sampleOf(LOOPS, 1, turn)).map((loop) => [kind, loop] as const),
);

describe.each(cases)('serve() with a %s each, on the %s loop,', (kind, loop) => {
  const env = { BIGHT_LOOP: loop };

  test('shares a port, and lets connections end at SIGTERM', async () => {
    const service = new Service({ workers: 2, kind }, env);
    const port = await service.ready();
    const workers = new Set<string>();
    while (workers.size < 2) {
      for (const worker of await Promise.all(Array.from({ length: 20 }, () => ask(port))))
        workers.add(worker);
    }
    const slow = ask(port, 'slow');
    while ((await ask(port)) === '');
    service.child.kill('SIGTERM');
    expect(await slow).toMatch(/^\d+:\d+$/);
    await service.stop();
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  // Threads take sockets in the same way; `npm test` has no time for them.
  if (kind === 'thread' && !runsWhole) return;

  test('refuses and resets no connection while it reloads', async () => {
    const service = new Service({ workers: 2, kind }, env);
    const port = await service.ready();
    isAsking = true;
    let answered = 0;
    const failures: unknown[] = [];
    const generate = async () => {
      while (isAsking) {
        await ask(port).then(
          (answer) => (answer === '' ? failures.push('no answer') : answered++),
          (error) => failures.push(error),
        );
        if (PAUSE_MS > 0) await delay(PAUSE_MS);
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, generate));
    for (let reload = 1; reload <= RELOADS; reload++) {
      service.child.kill('SIGHUP');
      // The last of the successors has taken its place.
      await service.line((line) => line === 'left', 2 * reload);
    }
    isAsking = false;
    await load;
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    await service.stop();
  });
});

test('a worker that dies is replaced', async () => {
  const service = new Service({ workers: 1 });
  const port = await service.ready();
  const [first] = (await ask(port)).split(':');
  process.kill(Number(first), 'SIGKILL');
  await service.line((line) => line.startsWith('port'), 2);
  const [second] = (await ask(port)).split(':');
  expect(second).not.toBe(first);
  expect(service.lines).toContain('error RuntimeError: a worker was killed by SIGKILL');
  await service.stop();
});

test('without restart, the end of a worker is the end', async () => {
  const service = new Service({ workers: 2, restart: false });
  const port = await service.ready();
  process.kill(Number((await ask(port)).split(':')[0]), 'SIGKILL');
  await service.exited;
  expect(service.child.exitCode).toBe(1);
  expect(service.stderr).toContain('a worker was killed by SIGKILL');
});

test.each(sampleOf(KINDS, 1, 1))(
  'a %s that cannot start for the first time ends it, with its error',
  async (kind) => {
    const service = new Service({ workers: 2, kind }, { FAIL: '1' });
    await service.exited;
    expect(service.child.exitCode).toBe(1);
    expect(service.stderr).toContain('RangeError: cannot start');
    expect(service.lines).toEqual([]);
  },
);

test('so do a worker that exits and a port that is in use', async () => {
  const exiting = new Service({ workers: 1 }, { FAIL: 'exit' });
  await exiting.exited;
  expect([exiting.child.exitCode, exiting.stderr]).toEqual([
    1,
    expect.stringContaining('a worker exited with code 3'),
  ]);
  const taken = net.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as net.AddressInfo;
  const service = new Service({ workers: 2 }, { PORT: `${port}` });
  await service.exited;
  taken.close();
  expect([service.child.exitCode, service.stderr]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
});

test('a process that does not serve yet ends with its supervisor', async () => {
  const service = new Service({ workers: 2 }, { FAIL: 'hang' });
  await service.line((line) => line === 'starting', 2);
  service.child.kill('SIGKILL');
  // The workers have its output, too.
  await service.exited;
});

test.each(sampleOf(KINDS, 1, 2))(
  'a reload during a reload begins anew, also behind a %s that never serves',
  async (kind) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'bight-serve-'));
    const file = path.join(folder, 'hang');
    try {
      const service = new Service({ workers: 2, kind }, { HANG_WHILE: file });
      const port = await service.ready();
      writeFileSync(file, '');
      service.child.kill('SIGHUP');
      await service.line((line) => line === 'starting');
      rmSync(file);
      service.child.kill('SIGHUP');
      await service.line((line) => line === 'left', 2);
      expect(await ask(port)).toMatch(/^\d+:\d+$/);
      expect(service.lines.filter((line) => line.startsWith('error'))).toEqual([]);
      // The one that hung has ended, too: it has the output.
      await service.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('a worker whose loop is blocked is replaced by a reload, and ended', async () => {
  const service = new Service({ workers: 1, grace: 0 });
  const port = await service.ready();
  const [blocked] = (await ask(port)).split(':');
  const unanswered = ask(port, 'block').catch(() => 'reset');
  service.child.kill('SIGHUP');
  await service.line((line) => line.startsWith('port'), 2);
  expect(await unanswered).toMatch(/^(reset)?$/);
  const [successor] = (await ask(port)).split(':');
  expect(successor).not.toBe(blocked);
  expect(service.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  await service.stop();
});

test.each([1, 2])('workers that serve leave when their supervisor is killed: %d', async (workers) => {
  const service = new Service({ workers });
  const port = await service.ready();
  const slow = ask(port, 'slow');
  while ((await ask(port)) === '');
  service.child.kill('SIGKILL');
  // What they have begun they finish.
  expect(await slow).toMatch(/^\d+:\d+$/);
  await service.exited;
  await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each(sampleOf(KINDS, 1, 3))(
  'SIGTERM ends it, too, while a %s starts that never serves',
  async (kind) => {
    const service = new Service({ workers: 2, kind }, { FAIL: 'hang' });
    await service.line((line) => line === 'starting', 2);
    service.child.kill('SIGTERM');
    await service.line((line) => line === 'over');
    await service.exited;
    expect([service.child.exitCode, service.stderr]).toEqual([0, '']);
  },
);

test('where what Node does not document is turned off, workers are threads and not processes', async () => {
  const env = { BIGHT_NODE_INTERNALS: 'off' };
  const refused = new Service({ workers: 1, kind: 'process' }, env);
  await refused.exited;
  expect([refused.child.exitCode, refused.stderr]).toEqual([
    1,
    expect.stringContaining("use kind: 'thread'"),
  ]);
  const service = new Service({ workers: 1 }, env);
  expect(await ask(await service.ready())).toMatch(new RegExp(`^${service.child.pid}:[1-9]`));
  await service.stop();
});

test.each([
  [{ workers: 0 }, ValueError],
  [{ workers: '2' }, TypeError],
  [{ kind: 'fiber' }, ValueError],
  [{ grace: -1 }, ValueError],
  [{ restart: 1 }, TypeError],
  [{ worker: 1 }, TypeError],
  [{ onReady: 1 }, TypeError],
])('serve() refuses %j', async (options, errorClass) => {
  await expect(serve(module, options as never)).rejects.toThrow(errorClass);
});

test('serve() refuses what is no address', async () => {
  await expect(serve('./relative.js')).rejects.toThrow(ValueError);
  await expect(serve(1 as never)).rejects.toThrow(TypeError);
});
