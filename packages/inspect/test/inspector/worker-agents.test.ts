import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';

interface Loop {
  readonly id: number;
  readonly thread: number;
  readonly blockedFor: number;
  readonly tasks: readonly {
    readonly id: number;
    readonly name: string;
    readonly awaitedBy: readonly number[];
  }[];
}

const child = spawn(process.execPath, nodeArguments('packages/inspect/test/fixtures/threads.ts'), {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const line = async () => String((await lines.next()).value);
const said = async (text: string): Promise<string> => {
  child.stdin.write(`${text}\n`);
  return await line();
};
const started = line().then((text) => JSON.parse(text) as { url: string; token: string });
afterAll(async () => {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
});

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const { url, token } = await started;
  return await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
}

/** The loops, once they are as they should be. */
async function loopsWith(isRight: (loops: readonly Loop[]) => boolean): Promise<readonly Loop[]> {
  for (;;) {
    const { loops } = (await (await ask('/api/tasks')).json()) as { loops: Loop[] };
    if (isRight(loops)) return loops;
  }
}

const named = (loop: Loop, name: string) => loop.tasks.find((task) => task.name === name);

// Bun and Deno have no way from one worker thread to another.
describe('the loops of worker threads', () => {
  test('are in the inspector of the process, with numbers of their own', async () => {
    const loops = await loopsWith((all) => all.length === 3);
    expect(loops.map(({ thread }) => thread === 0)).toEqual([true, false, false]);
    expect(new Set(loops.map(({ id }) => id)).size).toBe(3);
    const ids = loops.flatMap(({ tasks }) => tasks.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const loop of loops.slice(1)) {
      expect(named(loop, 'leaf')!.awaitedBy).toEqual([named(loop, 'parent')!.id]);
    }
  });

  test('can be cancelled, recorded and profiled one by one', async () => {
    const [, first, second] = await loopsWith((all) => all.length === 3);
    const response = await ask(`/api/tasks/${named(first!, 'leaf')!.id}/cancel`, { method: 'POST' });
    expect(response.status).toBe(200);
    const after = await loopsWith((all) =>
      all.some(({ id, tasks }) => id === first!.id && tasks.length === 1),
    );
    expect(named(after.find(({ id }) => id === second!.id)!, 'leaf')).toBeDefined();
    const trace = await ask(`/api/trace?seconds=0.1&loop=${second!.id}`, { method: 'POST' });
    const { traceEvents } = (await trace.json()) as { traceEvents: { args?: { name?: string } }[] };
    expect(traceEvents.some(({ args }) => args?.name?.startsWith('CoreEventLoop'))).toBe(true);
    expect((await ask('/api/trace?seconds=0.1&loop=77000000001', { method: 'POST' })).status).toBe(500);
    expect((await ask('/api/tasks/77000000001/cancel', { method: 'POST' })).status).toBe(404);
    for (;;) {
      const profile = (await (await ask('/api/profile?since=0')).json()) as { loops: { id: number }[] };
      if (profile.loops.some(({ id }) => id === second!.id)) break;
    }
  });

  test('that are blocked are shown as they were last, while the others go on', async () => {
    expect(await said('block')).toBe('blocks');
    // A thread that gets no processor may look as if it were blocked, too.
    const loops = await loopsWith((all) => all.filter(({ blockedFor }) => blockedFor > 0).length === 1);
    const [blocked] = loops.filter(({ blockedFor }) => blockedFor > 0);
    expect(blocked!.thread).toBeGreaterThan(0);
    expect(blocked!.tasks.length).toBeGreaterThan(0);
    expect(loops.find(({ thread }) => thread === 0)).toMatchObject({ blockedFor: 0 });
  });

  test('are gone with their threads', async () => {
    expect(await said('terminate')).toBe('terminated');
    const loops = await loopsWith((all) => all.length === 1);
    expect(loops[0]!.thread).toBe(0);
  });
});
