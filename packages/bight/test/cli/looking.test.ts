import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { chosenOf, runsWhole } from '../../../../test/support/extent.js';
import { runCommandLine } from '../../src/cli/command-line.js';
import { subcommands } from '../../src/cli/subcommands.js';

const folder = mkdtempSync(path.join(tmpdir(), 'bight-looking-'));
const started = new Set<ChildProcess>();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const child of started) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  started.clear();
});

/** A process to look at, with an inspector of ours or without. */
class Watched {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(environment: NodeJS.ProcessEnv, flags: readonly string[] = []) {
    const program = [...flags, ...nodeArguments('packages/bight/test/fixtures/watched.ts')];
    const env = { ...process.env, BIGHT_INSPECT: '', ...environment };
    this.#child = spawn(process.execPath, program, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    started.add(this.#child);
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  get pid(): string {
    return String(this.#child.pid);
  }

  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    return done ? 'it has ended' : value;
  }

  say(text: string): void {
    this.#child.stdin!.write(`${text}\n`);
  }

  /** The address of Node's inspector; `undefined` where it is closed. */
  async inspector(): Promise<string> {
    this.say('inspector');
    return await this.line();
  }

  static async started(environment: NodeJS.ProcessEnv, flags?: readonly string[]): Promise<Watched> {
    const watched = new Watched(environment, flags);
    expect(await watched.line()).toBe('ready');
    return watched;
  }
}

/** How many descriptors a process has. */
const descriptorsOf = (pid: string) => readdirSync(`/proc/${pid}/fd`).length;

/** A page that looks at a process through its socket. */
class Page {
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #requests = new Set<http.ClientRequest>();
  readonly #socketPath: string;

  constructor(pid: string) {
    this.#socketPath = path.join(tmpdir(), `bight-inspect-${process.getuid!()}`, `${pid}.sock`);
  }

  async look(address: string): Promise<void> {
    const response = await this.#ask(address);
    expect(response.statusCode).toBe(200);
    await response.resume().toArray();
  }

  /** Asks again, and goes. */
  leave(): void {
    for (let count = 0; count < 3; count++) this.#ask('/api/tasks').catch(() => {});
    for (const request of this.#requests) request.destroy();
    this.#agent.destroy();
  }

  async #ask(address: string): Promise<http.IncomingMessage> {
    const request = http.get({ socketPath: this.#socketPath, path: address, agent: this.#agent });
    this.#requests.add(request);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return response;
  }
}

interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

function begin(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const env = { ...process.env, BIGHT_INSPECT: '', NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, nodeArguments('packages/bight/src/bin.ts', args), {
    env,
    cwd: folder,
  });
  started.add(child);
  return child;
}

/** Runs the program `bight`, with its output in a pipe. */
async function bight(args: readonly string[], input = '', environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = begin(args, environment);
  child.stdin!.end(input);
  let [output, errors] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output, errors };
}

const ways = [
  ['with BIGHT_INSPECT', { BIGHT_INSPECT: '1' }],
  ['that was started without anything', {}],
] as const;
/** Tables and trees are drawn in one way, whichever way their tasks have come. */
const drawn = runsWhole ? ways : chosenOf(ways, 1);

describe.each(ways)('a process %s', (how, environment) => {
  const isDrawn = drawn.some(([name]) => name === how);

  test('shows its tasks to ps, pstree and top', async () => {
    const { pid } = await Watched.started(environment);
    if (isDrawn) {
      const table = await bight(['ps', pid]);
      expect(table).toMatchObject({ status: 0, errors: '' });
      expect(table.output).toMatch(/^\s*\d+ +leaf +waiting +leaf\(\) +\d+$/m);
      expect(Math.max(...table.output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      const tree = await bight(['pstree', pid], '', { COLUMNS: '40' });
      expect(tree.output).toMatch(/^ *(?:[├└]── )?parent .*\n[ │]*└── leaf/m);
      expect(Math.max(...tree.output.split('\n').map((line) => line.length))).toBe(40);
    }
    const json = await bight(['ps', pid, '--json']);
    const { pid: reported, loops } = JSON.parse(json.output);
    expect(reported).toBe(Number(pid));
    const [leaf, parent] = ['leaf', 'parent'].map((name) =>
      loops[0].tasks.find((task: { name: string }) => task.name === name),
    );
    expect(leaf).toMatchObject({ state: 'waiting', coroutine: 'leaf', awaitedBy: [parent.id] });
    expect(leaf.stack[0]).toMatch(/^leaf .*watched/);
    const top = await bight(['top', pid, '--json', '--count', '2', '--interval', '20ms']);
    const lines = top.output.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1]!).loops[0]).toMatchObject({ tasks: 4, handles: 0, blockedFor: 0 });
  });

  test('that is blocked says so, and where', async () => {
    const watched = await Watched.started(environment);
    watched.say('block');
    expect(await watched.line()).toBe('block');
    expect(await watched.line()).toBe('blocked');
    // It is noticed a little later.
    for (;;) {
      const { output, status } = await bight(['ps', watched.pid, '--json']);
      expect(status).toBe(0);
      const [loop] = JSON.parse(output).loops;
      if (loop.blockedFor === 0) continue;
      expect(loop.blockedStack[0]).toMatch(/^spin .*watched/);
      expect(loop.tasks).toHaveLength(4);
      // Where the others wait is known, too.
      const leaf = loop.tasks.find(({ name }: { name: string }) => name === 'leaf');
      expect(leaf.stack[0]).toMatch(/^leaf .*watched/);
      break;
    }
    if (!isDrawn) return;
    const { output } = await bight(['ps', watched.pid]);
    expect(output).toMatch(/ blocked for \d+\.\d s\n +at spin /);
  });
});

describe('a process with an inspector', () => {
  test('is recorded by trace', async () => {
    const { pid } = await Watched.started({ BIGHT_INSPECT: '1' });
    const file = path.join(folder, 'trace.json');
    const run = await bight(['trace', pid, '--seconds', '50ms', '--output', file, '--json']);
    expect(run).toMatchObject({ status: 0, errors: '' });
    expect(JSON.parse(run.output)).toEqual({ pid: Number(pid), file });
    expect(JSON.parse(readFileSync(file, 'utf8')).traceEvents.length).toBeGreaterThan(0);
    const piped = await bight(['trace', pid, '--seconds', '50ms', '--output=-']);
    expect(JSON.parse(piped.output).displayTimeUnit).toBe('ms');
  });

  test('has its page served by inspect until that is interrupted', async () => {
    const { pid } = await Watched.started({ BIGHT_INSPECT: '1' });
    const child = begin(['inspect', pid, '--json']);
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    const { url, token } = JSON.parse(line);
    const headers = { authorization: `Bearer ${token}` };
    const tasks = await (await fetch(`${url}/api/tasks`, { headers })).json();
    expect(tasks).toMatchObject({ pid: Number(pid) });
    expect((await (await fetch(url)).text()).startsWith('<!doctype html>')).toBe(true);
    expect((await fetch(`${url}/api/profile?since=0`, { headers })).status).toBe(200);
    expect((await fetch(`${url}/api/tasks`)).status).toBe(401);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('that ends while it is watched ends top with status 1', async () => {
    const watched = await Watched.started({ BIGHT_INSPECT: '1' });
    const child = begin(['top', watched.pid, '--json', '--interval', '20ms']);
    let errors = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    await once(child.stdout!, 'data');
    watched.say('exit');
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(errors).toBe(`bight: process ${watched.pid} has ended, or has closed its inspector\n`);
  });
});

describe('what looks at a process', () => {
  test('may be ten at once, and leave abruptly: nothing of them stays', async () => {
    const watched = await Watched.started({ BIGHT_INSPECT: '1' });
    expect((await bight(['ps', watched.pid])).status).toBe(0);
    const before = descriptorsOf(watched.pid);
    const tops = [1, 2].map(() => begin(['top', watched.pid, '--json', '--interval', '10ms']));
    const pages = Array.from({ length: 8 }, () => new Page(watched.pid));
    await Promise.all([
      ...tops.map((top) => once(top.stdout!, 'data')),
      ...pages.map((page) => page.look('/api/tasks')),
      ...pages.map((page) => page.look('/api/profile?since=0')),
    ]);
    for (const top of tops) top.kill('SIGKILL');
    // In the middle of a request, and of an answer.
    for (const page of pages) page.leave();
    while (descriptorsOf(watched.pid) > before) await new Promise((resolve) => setTimeout(resolve, 20));
    const { output } = await bight(['ps', watched.pid, '--json']);
    expect(JSON.parse(output).loops[0].tasks).toHaveLength(4);
  });

  test("closes Node's inspector that was opened for it, the last of several", async () => {
    const watched = await Watched.started({});
    const tops = [];
    for (let top = 0; top < 2; top++) {
      tops.push(begin(['top', watched.pid, '--json', '--interval', '10ms']));
      await once(tops.at(-1)!.stdout!, 'data');
    }
    const [first, second] = tops as [ChildProcess, ChildProcess];
    first.kill('SIGINT');
    expect(await once(first, 'close')).toEqual([0, null]);
    await once(second.stdout!, 'data');
    expect(await watched.inspector()).toMatch(/^ws:/);
    if (runsWhole) {
      // Killed, it cannot ask for it; nothing renews its lease.
      second.kill('SIGKILL');
      await once(second, 'close');
    } else {
      second.kill('SIGTERM');
      expect(await once(second, 'close')).toEqual([0, null]);
    }
    while ((await watched.inspector()) !== 'undefined')
      await new Promise((resolve) => setTimeout(resolve, 50));
  });

  test('ends quietly when its output is read no more', async () => {
    const watched = await Watched.started({ BIGHT_INSPECT: '1' });
    const top = begin(['top', watched.pid, '--interval', '10ms']);
    let errors = '';
    top.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    await once(top.stdout!, 'data');
    top.stdout!.destroy();
    expect([await once(top, 'close'), errors]).toEqual([[0, null], '']);
  });
});

describe('what cannot be done', () => {
  test('ends with 1, says why, and leaves standard output empty', async () => {
    const { pid } = await Watched.started({});
    const trace = await bight(['trace', pid]);
    expect(trace).toMatchObject({ status: 1, output: '' });
    expect(trace.errors).toContain('start the process with BIGHT_INSPECT=1');
    const nowhere = await bight(['trace', pid, '--output', '/no/such/folder/trace.json']);
    expect(nowhere).toMatchObject({
      status: 1,
      output: '',
      errors: expect.stringContaining('/no/such/folder'),
    });
    // A process that would be ended by the signal gets none.
    const sleeping = spawn('sleep', ['60']);
    started.add(sleeping);
    const foreign = await bight(['ps', String(sleeping.pid)]);
    expect(foreign).toMatchObject({ status: 1, output: '' });
    expect(foreign.errors).toContain("does not open Node's inspector on SIGUSR1");
    expect(sleeping.signalCode).toBe(null);
  });

  test('wrong usage ends with 2', async () => {
    for (const args of [
      ['ps'],
      ['ps', 'x'],
      ['top', '1', '--count', '0'],
      ['ps', '1', '--limit', '0'],
      ['trace', '1', '--seconds', 'x'],
      ['trace', '1', '--seconds', '61'],
      ['inspect', '1', '--port', '70000'],
      ['ps', '1', '--slip'],
    ]) {
      let errors = '';
      const status = await runCommandLine(args, subcommands, { write: (text) => (errors += text) });
      expect({ status, errors }).toEqual({ status: 2, errors: expect.stringMatching(/^bight: /) });
    }
    const run = await bight(['ps']);
    expect(run).toEqual({ status: 2, output: '', errors: expect.stringMatching(/^bight: /) });
  });
});

test('repl runs what it is given line by line, with await and a running loop', async () => {
  const input = [
    'await sleep(0.01, { result: 42 })',
    'const task = createTask(async () => { await sleep(0); return "done"; })',
    'await task',
    'loop.isRunning()',
    'null.x',
    '[1, 2].map((one) =>',
    '  one * 21)[1]',
    'await Promise.reject(new Error("refused"))',
    '1 + 1',
  ];
  const { status, output } = await bight(['repl'], `${input.join('\n')}\n`, { BIGHT_REPL_HISTORY: '' });
  expect(status).toBe(0);
  // Node marks the lines that go on with a statement.
  const values = output.split('\n').flatMap((line) => {
    const found = /^(?:(?:\.\.\.|\|) )*(42|'done'|true|Uncaught.*|2)$/.exec(line);
    return found === null ? [] : [found[1]];
  });
  expect(values).toEqual([
    '42',
    "'done'",
    'true',
    expect.stringMatching(/^Uncaught TypeError/),
    '42',
    'Uncaught Error: refused',
    '2',
  ]);
});
