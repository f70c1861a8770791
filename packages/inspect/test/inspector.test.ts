import { existsSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { allTasks, CoreEventLoop, createTask, sleep } from '@bight/loop-core';
import { loopRegistry } from '@bight/loop-core/low-level';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { runInLoop } from '../../../test/support/run-in-loop.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { ps, pstree, top, UsageError } from '../src/cli.js';
import { type Inspector, startInspector } from '../src/index.js';
import { makeSocketFolder, socketOf } from '../src/inspector/socket-folder.js';

const inLoop = <T>(main: (loop: CoreEventLoop) => Promise<T>) => runInLoop(CoreEventLoop, main);
const socketPath = () => path.join(temporaryFolder(), 'inspector');

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: {
    error?: string;
    pid?: number;
    loops?: {
      id: number;
      taskCount?: number;
      coroutines?: { name: string; count: number }[];
      more: number;
      tasks: { id: number; name: string; awaitedBy: number[] }[];
    }[];
  };
  readonly text: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
  readonly token?: string | null;
}

/** Unlike `fetch`, this can send any `Host` and `Origin`. */
function ask(inspector: Inspector, pathname: string, asked: Asked = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body = '', token = inspector.token } = asked;
  const where =
    inspector.path === null ? { port: inspector.port, host: '127.0.0.1' } : { socketPath: inspector.path };
  return new Promise((resolve, reject) => {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    const request = http.request(
      { ...where, method, path: pathname, agent: false, headers: { ...authorization, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const isJson = response.headers['content-type'] === 'application/json';
          const parsed = isJson && text !== '' ? (JSON.parse(text) as Reply['body']) : {};
          resolve({ status: response.statusCode!, headers: response.headers, body: parsed, text });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

describe('an inspector on a port', () => {
  test('lists the tasks, and cancels one', () =>
    inLoop(async () => {
      await using inspector = await startInspector();
      expect(inspector).toMatchObject({ url: `http://127.0.0.1:${inspector.port}`, path: null });
      const leaf = createTask(() => sleep(1000), { name: 'leaf' });
      const parent = createTask(async () => void (await leaf), { name: 'parent' });
      await sleep(0);
      await sleep(0);
      const { status, body } = await ask(inspector, '/api/tasks');
      expect(status).toBe(200);
      expect(body.pid).toBe(process.pid);
      const tasks = body.loops!.flatMap((loop) => loop.tasks);
      const [one, other] = ['leaf', 'parent'].map((name) => tasks.find((task) => task.name === name)!);
      expect(one!.awaitedBy).toEqual([other!.id]);
      expect((await ask(inspector, `/api/tasks/${one!.id}/cancel`, { method: 'POST' })).status).toBe(200);
      await expect(parent.then()).rejects.toMatchObject({ name: 'CancelledError' });
      expect(leaf.cancelled()).toBe(true);
    }));

  test('refuses requests without the token, of another host or origin, and of other methods', () =>
    inLoop(async () => {
      await using inspector = await startInspector({ port: 0 });
      const { port } = inspector;
      const status = async (pathname: string, asked?: Asked) =>
        (await ask(inspector, pathname, asked)).status;
      expect(await status('/api/tasks')).toBe(200);
      expect(await status('/api/tasks', { token: null })).toBe(401);
      expect(await status('/api/tasks', { token: 'wrong' })).toBe(401);
      expect(await status(`/api/tasks?token=${inspector.token}`, { token: null })).toBe(401);
      expect(
        await status('/api/tasks', { token: null, headers: { cookie: `token=${inspector.token}` } }),
      ).toBe(401);
      expect(await status('/api/tasks', { headers: { host: 'evil.example' } })).toBe(403);
      expect(await status('/api/tasks', { headers: { host: `evil.example:${port}` } })).toBe(403);
      expect(await status('/', { headers: { host: 'evil.example' } })).toBe(403);
      expect(await status('/api/tasks', { headers: { host: `localhost:${port}` } })).toBe(200);
      expect(await status('/api/tasks', { headers: { origin: `http://127.0.0.1:${port}` } })).toBe(200);
      for (const origin of [
        'null',
        'http://evil.example',
        `http://127.0.0.1:${port! + 1}`,
        `https://127.0.0.1:${port}`,
      ]) {
        expect(await status('/api/tasks/1/cancel', { method: 'POST', headers: { origin } })).toBe(403);
      }
      expect(await status('/api/tasks', { method: 'OPTIONS' })).toBe(403);
      expect(await status('/api/tasks', { method: 'POST' })).toBe(405);
      expect(await status('/api/tasks/1/cancel')).toBe(405);
      expect(await status('/api/nothing')).toBe(404);
      expect(await status('/api/tasks/999999/cancel', { method: 'POST' })).toBe(404);
      expect(await status('/api/tasks/x/cancel', { method: 'POST' })).toBe(404);
      expect(await status('/api/tasks/1/cancel', { method: 'POST', body: 'x'.repeat(100_000) })).toBe(413);
      expect(await status('/api/trace?seconds=x', { method: 'POST' })).toBe(400);
    }));

  test('sends no header that would let another page in', () =>
    inLoop(async () => {
      await using inspector = await startInspector({ port: 0 });
      for (const pathname of ['/', '/api/tasks', '/api/nothing']) {
        const { headers } = await ask(inspector, pathname);
        expect(headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
        });
        expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(headers['set-cookie']).toBeUndefined();
      }
    }));

  test('serves a page that asks no other server for anything', () =>
    inLoop(async () => {
      await using inspector = await startInspector({ port: 0 });
      const { status, text, headers } = await ask(inspector, '/', { token: null });
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(text).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)=/);
      expect((await ask(inspector, '/?token=wrong', { token: null })).status).toBe(401);
    }));

  test('counts, and lists some of the tasks', () =>
    inLoop(async () => {
      await using inspector = await startInspector();
      const waits = () => sleep(1000);
      const tasks = Array.from({ length: 5 }, () => createTask(waits));
      await sleep(0);
      const { body: counted } = await ask(inspector, '/api/counts');
      const [counts] = counted.loops!.filter(({ coroutines }) =>
        coroutines!.some(({ name }) => name === 'waits'),
      );
      expect(counts).toMatchObject({ thread: 0, blockedFor: 0, handleCount: 0 });
      expect(counts!.coroutines).toContainEqual({ name: 'waits', count: 5 });
      expect(counts).not.toHaveProperty('tasks');
      const [first] = (await ask(inspector, `/api/tasks?loop=${counts!.id}&limit=2`)).body.loops!;
      expect(first!.tasks).toHaveLength(2);
      expect(first!.more).toBe(counts!.taskCount! - 2);
      const after = first!.tasks.at(-1)!.id;
      const { body } = await ask(inspector, `/api/tasks?loop=${counts!.id}&after=${after}&limit=100`);
      expect(body.loops!.map((loop) => [loop.tasks.length, loop.more])).toEqual([[first!.more, 0]]);
      for (const query of ['limit=0', 'limit=10001', 'limit=x', 'after=-1', 'after=x', 'loop=1.5'])
        expect((await ask(inspector, `/api/tasks?${query}`)).status).toBe(400);
      for (const task of tasks) task.cancel();
      await Promise.allSettled(tasks.map((task) => task.then()));
    }));

  test('answers an invalid address with 400', () =>
    inLoop(async () => {
      await using inspector = await startInspector();
      for (const address of ['//', '//[', 'http://[', '//x:99999999/api/tasks'])
        expect((await ask(inspector, address)).status).toBe(400);
      expect((await ask(inspector, '/api/tasks/%E0%A4%A/cancel', { method: 'POST' })).status).toBe(404);
      expect((await ask(inspector, '/%')).status).toBe(404);
    }));

  test('records a trace', () =>
    inLoop(async () => {
      await using inspector = await startInspector({ port: 0 });
      const { status, text } = await ask(inspector, '/api/trace?seconds=0.05', { method: 'POST' });
      expect(status).toBe(200);
      expect((JSON.parse(text) as { traceEvents: unknown[] }).traceEvents.length).toBeGreaterThan(0);
    }));

  test('forgets a loop that is closed while it is watched', async () => {
    await using inspector = await startInspector();
    const loop = new CoreEventLoop();
    const namesOf = async () =>
      (await ask(inspector, '/api/tasks')).body.loops!.flatMap(({ tasks }) => tasks.map(({ name }) => name));
    await loop.runUntilComplete(async () => {
      createTask(() => sleep(1000), { name: 'left behind' });
      await sleep(0);
      expect((await ask(inspector, '/api/profile?since=0')).status).toBe(200);
      expect(await namesOf()).toContain('left behind');
      await Promise.all([...allTasks()].map((task) => task.getName() === 'left behind' && task.cancel()));
    });
    loop.close();
    expect(await namesOf()).not.toContain('left behind');
    expect((await ask(inspector, '/api/profile?since=0')).status).toBe(200);
    const again = new CoreEventLoop();
    await again.runUntilComplete(async () => {
      const task = createTask(() => sleep(1000), { name: 'anew' });
      expect(await namesOf()).toContain('anew');
      task.cancel();
    });
    again.close();
  });

  test('cuts very long names, and passes hostile ones on as text', () =>
    inLoop(async () => {
      await using inspector = await startInspector();
      const hostile = '</script><img src=x onerror=alert(1)>\u2028\u0000';
      const tasks = ['x'.repeat(1 << 20), hostile].map((name) => createTask(() => sleep(1000), { name }));
      const { text, body } = await ask(inspector, '/api/tasks');
      expect(text.length).toBeLessThan(20_000);
      const names = body.loops!.flatMap((loop) => loop.tasks.map(({ name }) => name));
      expect(names).toContain(hostile);
      expect(names).toContain(`${'x'.repeat(1000)}…`);
      for (const task of tasks) task.cancel();
      await Promise.allSettled(tasks.map((task) => task.then()));
    }));

  test('closes connections on which no whole request arrives, and limits their number', () =>
    inLoop(async () => {
      await using inspector = await startInspector();
      const ended: Promise<unknown>[] = [];
      let dropped = 0;
      for (let count = 0; count < 300; count++) {
        const socket = net.connect(inspector.port!, '127.0.0.1');
        socket.on('error', () => {});
        let answered = '';
        socket.on('data', (bytes) => (answered += bytes));
        ended.push(
          new Promise<void>((resolve) => {
            socket.on('close', () => {
              if (answered === '') dropped++;
              resolve();
            });
          }),
        );
        socket.write('GET /api/tasks HTTP/1.1\r\nHost: 127');
      }
      await Promise.all(ended);
      expect(dropped).toBeGreaterThanOrEqual(300 - 256);
      expect((await ask(inspector, '/api/tasks')).status).toBe(200);
    }));

  test('cannot have a port that is in use, nor options that contradict', () =>
    inLoop(async () => {
      await using inspector = await startInspector({ port: 0 });
      const again = async () => await startInspector({ port: inspector.port });
      await expect(again()).rejects.toMatchObject({ code: 'EADDRINUSE' });
      const misuse = (options: object) => async () => await startInspector(options as never);
      await expect(misuse({ port: 0, path: 'nowhere/x' })()).rejects.toMatchObject({ name: 'ValueError' });
      await expect(misuse({ slip: 1 })()).rejects.toThrow(TypeError);
      await expect(misuse({ path: '' })()).rejects.toThrow(TypeError);
      await expect(misuse({ port: 70_000 })()).rejects.toMatchObject({ name: 'ValueError' });
    }));
});

describe('an inspector on a Unix socket', () => {
  test('is readable by this user only, and refuses web pages', () =>
    inLoop(async () => {
      const where = socketPath();
      const inspector = await startInspector({ path: where });
      expect(inspector).toMatchObject({ path: where, url: null, token: null, port: null });
      expect(statSync(where).mode & 0o777).toBe(0o600);
      expect((await ask(inspector, '/api/tasks')).status).toBe(200);
      expect((await ask(inspector, '/api/tasks', { headers: { origin: 'http://localhost' } })).status).toBe(
        403,
      );
      expect((await ask(inspector, '/api/tasks', { headers: { origin: 'null' } })).status).toBe(403);
      const again = async () => await startInspector({ path: where });
      await expect(again()).rejects.toMatchObject({ code: 'EADDRINUSE' });
      await inspector.close();
      expect(existsSync(where)).toBe(false);
    }));

  test('does not replace a file that is no socket', () =>
    inLoop(async () => {
      const where = socketPath();
      writeFileSync(where, 'precious');
      const start = async () => await startInspector({ path: where });
      await expect(start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
      expect(statSync(where).size).toBe(8);
    }));
});

describe('the thread of an inspector', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** An inspector, and the thread that serves it. */
  async function startWithThread(): Promise<{ inspector: Inspector; worker: Worker }> {
    const unref = jest.spyOn(Worker.prototype, 'unref');
    const inspector = await startInspector();
    return { inspector, worker: unref.mock.contexts[0] as Worker };
  }

  test('is terminated when it has reported that its inspections are over', () =>
    inLoop(async () => {
      const { inspector, worker } = await startWithThread();
      const order: string[] = [];
      const { terminate } = worker;
      worker.on('message', ({ type }) => order.push(type));
      worker.on('exit', () => order.push('exit'));
      worker.terminate = async () => {
        order.push('terminate');
        return await terminate.call(worker);
      };
      await inspector.close();
      expect(order).toEqual(['ready to end', 'terminate', 'exit']);
    }));

  test('may have ended when the inspector is closed', () =>
    inLoop(async () => {
      const { inspector, worker } = await startWithThread();
      await worker.terminate();
      await inspector.close();
    }));
});

describe('the commands', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function outputOf(command: () => Promise<number>): Promise<string> {
    let text = '';
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(((chunk: string) => {
      text += chunk;
      return true;
    }) as never);
    try {
      expect(await command()).toBe(0);
    } finally {
      write.mockRestore();
    }
    return text;
  }

  test('list the tasks of a process, as a table, as a tree and as JSON', () =>
    inLoop(async () => {
      makeSocketFolder();
      await using _inspector = await startInspector({ path: socketOf(process.pid) });
      const leaf = createTask(() => sleep(1000), { name: 'leaf \u001b[31m' });
      const parent = createTask(async () => void (await leaf), { name: 'parent' });
      await sleep(0);
      await sleep(0);
      const { pid, loops } = JSON.parse(await outputOf(() => ps(process.pid, { json: true })));
      expect(pid).toBe(process.pid);
      expect(Object.keys(loops[0])).toEqual(['id', 'blockedFor', 'tasks']);
      expect(loops[0].tasks.map((task: { name: string }) => task.name)).toContain('leaf \u001b[31m');
      expect(await outputOf(() => ps(process.pid, {}))).toMatch(/leaf \\u001b\[31m +waiting/);
      expect(await outputOf(() => pstree(process.pid, {}))).toMatch(
        /parent {2}<anonymous>\(\) {2}waiting\n└── leaf/,
      );
      const tree = JSON.parse(await outputOf(() => pstree(process.pid, { json: true })));
      const root = tree.loops[0].roots.find((node: { name: string }) => node.name === 'parent');
      expect(root.children).toEqual([expect.objectContaining({ name: 'leaf \u001b[31m', children: [] })]);
      const load = await outputOf(() => top(process.pid, { json: true, count: 2, interval: '10ms' }));
      const lines = load
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines).toHaveLength(2);
      expect(lines[0].loops[0]).toMatchObject({
        busy: expect.any(Number),
        lag: expect.any(Number),
        handles: 0,
      });
      leaf.cancel();
      await expect(parent.then()).rejects.toMatchObject({ name: 'CancelledError' });
    }));

  test('read the tasks page by page, and top only counts them', () =>
    inLoop(async () => {
      makeSocketFolder();
      await using _inspector = await startInspector({ path: socketOf(process.pid) });
      const waits = () => sleep(1000);
      const tasks = Array.from({ length: 5100 }, (_, at) => createTask(waits, { name: `t${at}` }));
      await sleep(0);
      const look = jest.spyOn(loopRegistry, 'snapshot');
      /** The requests for tasks: what the inspector notes of its own accord is not asked for. */
      const requests = () =>
        look.mock.calls.splice(0).flatMap(([range]) => (range?.after === undefined ? [] : [range.limit]));
      const load = await outputOf(() => top(process.pid, { json: true, count: 1, interval: '10ms' }));
      const shown = await outputOf(() => top(process.pid, { count: 1, interval: '10ms' }));
      expect(JSON.parse(load).loops[0]).toMatchObject({
        tasks: 5101,
        states: { running: expect.any(Number) },
      });
      expect(shown).toMatch(/ 5100 +waits\(\)/);
      expect(requests()).toEqual([]);
      const whole = JSON.parse(await outputOf(() => ps(process.pid, { json: true })));
      const names = whole.loops[0].tasks.map(({ name }: { name: string }) => name);
      expect(new Set(names).size).toBe(5101);
      expect(whole.loops[0]).not.toHaveProperty('more');
      expect(requests()).toEqual([5000, 101]);
      const some = JSON.parse(await outputOf(() => ps(process.pid, { json: true, limit: 7 })));
      expect([some.loops[0].tasks.length, some.loops[0].more]).toEqual([7, 5094]);
      const table = (await outputOf(() => ps(process.pid, {}))).trimEnd().split('\n');
      expect(table).toHaveLength(1003);
      expect(table.at(-1)).toBe('… 4,101 more tasks: --limit says how many are listed');
      const tree = (await outputOf(() => pstree(process.pid, { limit: 3 }))).trimEnd().split('\n');
      expect([tree.length, tree.at(-1)]).toEqual([5, '… 5,098 more tasks: --limit says how many are listed']);
      expect(requests()).toEqual([7, 1000, 3]);
      for (const task of tasks) task.cancel();
      await Promise.allSettled(tasks.map((task) => task.then()));
    }));

  test.each(['abc', '0', '-1', '1.5', undefined])('refuse %j as a pid', async (pid) => {
    await expect(ps(pid, {})).rejects.toThrow(UsageError);
  });

  test('report that there is no such process', async () => {
    await expect(ps(2 ** 30, {})).rejects.toThrow('there is no process');
  });
});
