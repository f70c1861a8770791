import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { chosenOf, runsWhole } from '../../../../test/support/extent.js';
import { runCommandLine } from '../../src/cli/command-line.js';
import { subcommands } from '../../src/cli/subcommands.js';
import { begin, bight, folder, start, Watched } from '../support/program.js';

/** `unshare` with a namespace of its own for process numbers; the program ends with it. */
const ISOLATED = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];

/** The port that Node's inspector opens on SIGUSR1; no test can choose it. What opens it is all in this file. */
const INSPECTOR_PORT = 9229;

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

  test('that is blocked is shown as blocked, with the place', async () => {
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
      // The place where the others wait is known, too.
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

test('the last client closes the Node inspector that was opened for it', async () => {
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
  while ((await watched.inspector()) !== 'undefined') await new Promise((resolve) => setTimeout(resolve, 50));
});

describe('a failing subcommand', () => {
  test('exits with 1, prints why to standard error, and leaves standard output empty', async () => {
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
    const sleeping = start('sleep', ['60'], {});
    const foreign = await bight(['ps', String(sleeping.pid)]);
    expect(foreign).toMatchObject({ status: 1, output: '' });
    expect(foreign.errors).toContain("does not open Node's inspector on SIGUSR1");
    expect(sleeping.signalCode).toBe(null);
  });

  test('a process whose port for an inspector is taken gets no signal', async () => {
    const silent = net.createServer((socket) => socket.on('error', () => {}).resume());
    await once(silent.listen(INSPECTOR_PORT, '127.0.0.1'), 'listening');
    try {
      const watched = await Watched.started({});
      const refused = await bight(['ps', watched.pid]);
      expect(refused).toMatchObject({ status: 1, output: '' });
      expect(refused.errors).toContain('does not answer on port 9229, which another process may have');
    } finally {
      await new Promise((resolve) => silent.close(resolve));
    }
  });

  // Where this user may make namespaces.
  if (spawnSync('unshare', [...ISOLATED, 'true']).status === 0) {
    test('a process in another namespace gets no signal', async () => {
      const program = nodeArguments('packages/bight/test/fixtures/watched.ts');
      const outer = start('unshare', [...ISOLATED, process.execPath, ...program], {
        env: { ...process.env, BIGHT_INSPECT: '' },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const lines = createInterface({ input: outer.stdout! })[Symbol.asyncIterator]();
      await lines.next();
      const pid = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').trim();
      const refused = await bight(['ps', pid]);
      expect(refused).toMatchObject({ status: 1, output: '' });
      expect(refused.errors).toContain(`process ${pid} is in another namespace`);
      outer.stdin!.write('inspector\n');
      expect((await lines.next()).value).toBe('undefined');
    });
  }

  test('wrong usage exits with 2', async () => {
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
