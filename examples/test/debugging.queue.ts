import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { nodeArguments } from '../../test/support/compiled.js';
import { repository } from '../../test/support/workspace.js';

// The commands of docs/debugging.md, on the programs that it names.

jest.setTimeout(600_000);

const page = readFileSync(path.join(repository, 'docs', 'debugging.md'), 'utf8');
const folder = mkdtempSync(path.join(tmpdir(), 'bight-debugging-'));
const started = new Set<ChildProcess>();

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const child of started) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  started.clear();
});

function start(program: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, program, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  return child;
}

/** Starts a program of the page, with the page's environment. */
function startExample(name: string, more: NodeJS.ProcessEnv = {}): ChildProcess {
  const [, variable] = new RegExp(`^(BIGHT_INSPECT=1) node dist/${name}\\.js\\b.* &$`, 'm').exec(page) ?? [];
  expect(variable).toBe('BIGHT_INSPECT=1');
  const example = path.join(repository, 'examples', 'src', `${name}.ts`);
  const child = start(nodeArguments(example), { BIGHT_INSPECT: '1', ...more });
  child.stdout!.resume();
  child.stderr!.resume();
  return child;
}

/** Runs a command of the page, again if it ends, until its output matches. */
async function shows(command: string, { pid }: ChildProcess, wanted: RegExp): Promise<RegExpExecArray> {
  expect(page).toContain(command);
  const args = command.replace('npx bight ', '').replace('$!', String(pid)).split(' ');
  for (;;) {
    const child = start(nodeArguments(path.join(repository, 'packages/bight/src/bin.ts'), args), {});
    let [output, errors] = ['', ''];
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const found = await new Promise<RegExpExecArray | null>((resolve) => {
      createInterface({ input: child.stdout! })
        .on('line', (line) => {
          output += `${line}\n`;
          const match = wanted.exec(output);
          if (match !== null) resolve(match);
        })
        .on('close', () => resolve(null));
    });
    if (found === null && errors !== '') throw new Error(errors);
    child.kill('SIGINT');
    if (found !== null) return found;
  }
}

test('"My loop is slow": top, ps, trace and the page find what blocks', async () => {
  const program = startExample('fault-slow-loop');
  // It computes for one of every 1.05 seconds.
  await shows('npx bight top $!', program, /\b(?:[5-9]\d|100)\.\d %/);
  await shows('npx bight ps $!', program, /blocked for \d+\.\d s\n +at compute .*fault-slow-loop/);
  await shows('npx bight trace $! --when-lag 50ms --output slow.json', program, /^slow\.json: open it in/);
  const { traceEvents } = JSON.parse(readFileSync(path.join(folder, 'slow.json'), 'utf8')) as {
    traceEvents: { ph: string; name: string; tid: number; ts: number; dur: number }[];
  };
  const cause = traceEvents.find(({ ph, name, dur }) => ph === 'X' && name === 'reports' && dur >= 1e6);
  expect(cause).toBeDefined();
  // The arrow into it.
  expect(traceEvents.some(({ ph, tid, ts }) => ph === 'f' && tid === cause!.tid && ts === cause!.ts)).toBe(
    true,
  );
  const [, url, token] = await shows('npx bight inspect $!', program, /^(http:\S+)\/#token=(\S+)$/m);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect((await fetch(url!).catch(() => null))?.status ?? 200).toBe(200);
});

test('"My loop is slow": debug mode names the task', async () => {
  expect(page).toContain('`BIGHT_DEBUG=1`');
  const [, message] = /`(Executing <Task [^`]*)1\.000 seconds`/.exec(page)!;
  const program = startExample('fault-slow-loop', { BIGHT_DEBUG: '1' });
  for await (const line of createInterface({ input: program.stderr! })) if (line.startsWith(message!)) return;
  throw new Error('it has not warned');
});

test('"My program does not end": pstree shows the tree of the page, and ps where each task waits', async () => {
  const program = startExample('fault-never-ends');
  const [, tree = ''] = /```text\n([\s\S]*?)```/.exec(page)!;
  const { 0: output } = await shows('npx bight pstree $!', program, /^[\s\S]*─ consumer .*\n/);
  expect(output).toBe(tree);
  await shows('npx bight ps --json $!', program, /"consumer [^"]*fault-never-ends[^":]*:\d+:\d+"/);
});

test('"Something leaks": top and ps show what becomes more', async () => {
  const program = startExample('fault-leak');
  const [, ...counts] = await shows(
    'npx bight top $! --json --count 3',
    program,
    /^.*"tasks":(\d+).*\n.*"tasks":(\d+).*\n.*"tasks":(\d+)/,
  );
  const [first = 0, second = 0, third = 0] = counts.map(Number);
  expect(first < second && second < third).toBe(true);
  await shows('npx bight ps $!', program, /^\s*\d+ +request \d+ +waiting +request\(\)/m);
  await shows('npx bight ps --json $!', program, /"request [^"]*fault-leak[^":]*:\d+:\d+"/);
});

test('the page shows no other commands, and they are to be had in the folder that it names', () => {
  const commands = new Set(page.match(/npx bight [^`\n]*?(?=[`\n])/g));
  expect([...commands].sort()).toEqual([
    'npx bight inspect',
    'npx bight inspect $!',
    'npx bight inspect PID',
    'npx bight ps $!',
    'npx bight ps --json $!',
    'npx bight pstree $!',
    'npx bight top $!',
    'npx bight top $! --json --count 3',
    'npx bight trace $! --when-lag 50ms --output slow.json',
  ]);
  expect(existsSync(path.join(repository, 'examples', 'node_modules', '.bin', 'bight'))).toBe(true);
});
