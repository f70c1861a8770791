import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { ps } from '../../src/cli.js';

interface Loop {
  readonly id: number;
  readonly thread: number;
  readonly blockedFor: number;
  readonly blockedStack?: readonly string[] | null;
  readonly tasks: readonly {
    readonly id: number;
    readonly name: string;
    readonly stack: readonly string[];
    readonly awaitedBy: readonly number[];
  }[];
}

/** A process with an inspector, and threads that have loops. */
class Program {
  readonly #child = spawn(process.execPath, nodeArguments('packages/inspect/test/fixtures/threads.ts'), {
    // Without Node's internals only debug mode has stacks.
    env: { ...process.env, BIGHT_NODE_INTERNALS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  readonly #started = this.#line().then((text) => JSON.parse(text) as { url: string; token: string });

  /** Has it do something. @returns what it prints */
  async do(request: string): Promise<string> {
    this.#child.stdin.write(`${request}\n`);
    return await this.#line();
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const { url, token } = await this.#started;
    return await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
  }

  /** The loops, once they are as they should be. */
  async loopsWith(isRight: (loops: readonly Loop[]) => boolean): Promise<readonly Loop[]> {
    for (;;) {
      const { loops } = (await (await this.ask('/api/tasks')).json()) as { loops: Loop[] };
      if (isRight(loops)) return loops;
    }
  }

  /** What `ps --json` prints. */
  async ps(): Promise<readonly Loop[]> {
    let text = '';
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(((chunk: string) => {
      text += chunk;
      return true;
    }) as never);
    try {
      expect(await ps(this.#child.pid, { json: true })).toBe(0);
    } finally {
      write.mockRestore();
    }
    return (JSON.parse(text) as { loops: Loop[] }).loops;
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
  }

  async #line(): Promise<string> {
    return String((await this.#lines.next()).value);
  }
}

const program = new Program();
afterAll(() => program.end());

/** Whether a loop is shown as blocked. */
const isBlocked = ({ blockedFor }: Loop) => blockedFor > 0;

const named = (loop: Loop, name: string) => loop.tasks.find((task) => task.name === name);

// Bun and Deno have no channel from one worker thread to another.
describe('the loops of worker threads', () => {
  test('are in the inspector of the process, with numbers of their own', async () => {
    const loops = await program.loopsWith((all) => all.length === 3);
    expect(loops.map(({ thread }) => thread === 0)).toEqual([true, false, false]);
    expect(new Set(loops.map(({ id }) => id)).size).toBe(3);
    const ids = loops.flatMap(({ tasks }) => tasks.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const loop of loops.slice(1)) {
      expect(named(loop, 'leaf')!.awaitedBy).toEqual([named(loop, 'parent')!.id]);
    }
  });

  test('have tasks that show where they stand', async () => {
    const loops = await program.loopsWith((all) => all.length === 3);
    for (const loop of loops) expect(named(loop, 'leaf')!.stack[0]).toMatch(/^leaf .*threads/);
  });

  test('can be cancelled, recorded and profiled one by one', async () => {
    const [, first, second] = await program.loopsWith((all) => all.length === 3);
    const response = await program.ask(`/api/tasks/${named(first!, 'leaf')!.id}/cancel`, { method: 'POST' });
    expect(response.status).toBe(200);
    const after = await program.loopsWith((all) =>
      all.some(({ id, tasks }) => id === first!.id && tasks.length === 1),
    );
    expect(named(after.find(({ id }) => id === second!.id)!, 'leaf')).toBeDefined();
    const trace = await program.ask(`/api/trace?seconds=0.1&loop=${second!.id}`, { method: 'POST' });
    const { traceEvents } = (await trace.json()) as { traceEvents: { args?: { name?: string } }[] };
    expect(traceEvents.some(({ args }) => args?.name?.startsWith('CoreEventLoop'))).toBe(true);
    expect((await program.ask('/api/trace?seconds=0.1&loop=77000000001', { method: 'POST' })).status).toBe(
      500,
    );
    expect((await program.ask('/api/tasks/77000000001/cancel', { method: 'POST' })).status).toBe(404);
    for (;;) {
      const profile = (await (await program.ask('/api/profile?since=0')).json()) as {
        loops: { id: number }[];
      };
      if (profile.loops.some(({ id }) => id === second!.id)) break;
    }
  });

  test('that are blocked are shown as they were last, for how long, while the others go on', async () => {
    const before = await program.loopsWith((all) => all.length === 3);
    const thread = Number(await program.do('block'));
    const isIt = (loop: Loop) => loop.thread === thread && loop.blockedFor > 0;
    // A thread that gets no processor may look as if it were blocked, too.
    const loops = await program.loopsWith((all) => all.some(isIt) && all.filter(isBlocked).length === 1);
    expect(loops).toHaveLength(3);
    const blocked = loops.find(isIt);
    // The place where a worker thread stands cannot be read without a danger for the program: see decision 038.
    expect(blocked!.blockedStack).toBe(null);
    const earlier = before.find(({ id }) => id === blocked!.id)!;
    const known = ({ tasks }: Loop) =>
      tasks.map(({ id, name, stack, awaitedBy }) => [id, name, stack, awaitedBy]);
    expect(known(blocked!)).toEqual(known(earlier));
    const later = await program.loopsWith((all) => all.some(isIt));
    expect(later.find(isIt)!.blockedFor).toBeGreaterThan(blocked!.blockedFor);
    while (!(await program.ps()).some(({ id, blockedFor }) => id === blocked!.id && blockedFor > 0));
  });

  test('end with their threads', async () => {
    expect(await program.do('terminate')).toBe('terminated');
    const loops = await program.loopsWith((all) => all.length === 1);
    expect(loops[0]!.thread).toBe(0);
  });
});
