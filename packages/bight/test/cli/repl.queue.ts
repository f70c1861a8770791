import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';

// `npx bight repl` on a terminal, which `script` of util-linux makes.

jest.setTimeout(120_000);

const folder = mkdtempSync(path.join(tmpdir(), 'bight-repl-'));
const history = path.join(folder, 'history');
const started = new Set<Terminal>();

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const terminal of started) await terminal.kill();
  started.clear();
});

/** A terminal in which the prompt runs. */
class Terminal {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  #unread = '';
  #wake = (): void => undefined;

  private constructor() {
    const program = [process.execPath, ...nodeArguments('packages/bight/src/bin.ts', ['repl'])];
    this.#child = spawn('script', ['--quiet', '--return', '--command', program.join(' '), '/dev/null'], {
      cwd: folder,
      env: { ...process.env, BIGHT_REPL_HISTORY: history, TERM: 'xterm', BIGHT_INSPECT: '' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    started.add(this);
    this.#closed = once(this.#child, 'close');
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#unread += text;
      this.#wake();
    });
    this.#child.stdout!.on('end', () => this.#wake());
  }

  static async open(): Promise<Terminal> {
    const terminal = new Terminal();
    await terminal.until(/Every name of bight is there[\s\S]*bight> $/);
    return terminal;
  }

  /** Presses keys. */
  type(keys: string): void {
    this.#child.stdin!.write(keys);
  }

  /** Enters a line, and waits for what is printed before the next prompt. */
  async enter(line: string, wanted: RegExp): Promise<void> {
    this.type(`${line}\r`);
    await this.until(new RegExp(`${wanted.source}\\s*bight> $`));
  }

  /** Waits until what is printed, from the last such wait on, ends in a way. */
  async until(wanted: RegExp): Promise<void> {
    while (!wanted.test(stripVTControlCharacters(this.#unread))) {
      if (this.#child.stdout!.readableEnded) throw new Error(`it has ended behind ${this.#unread}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#unread = '';
  }

  async end(): Promise<unknown> {
    const [status] = await this.#closed;
    return status;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}

const [interrupt, endOfFile, up] = ['\u0003', '\u0004', '\u001b[A'];

test('on a terminal await works, and tasks run on between the lines', async () => {
  const terminal = await Terminal.open();
  await terminal.enter('await sleep(0.01, { result: 42 })', /\n42/);
  await terminal.enter('let ticks = 0', /undefined/);
  await terminal.enter(
    'const ticking = createTask(async () => { for (;;) { ticks++; await sleep(0.001); } })',
    /undefined/,
  );
  await terminal.enter('const before = ticks; await sleep(0.05); ticks > before', /\ntrue/);
  await terminal.enter('loop.isRunning()', /\ntrue/);
  await terminal.enter('null.x', /Uncaught TypeError[\s\S]*/);
  terminal.type('.exit\r');
  expect(await terminal.end()).toBe(0);
});

test('Ctrl-C ends an await and a line, and not the prompt; Ctrl-D ends it', async () => {
  const terminal = await Terminal.open();
  // Printed when it waits.
  terminal.type('loop.callLater(0.1, () => console.log("it waits")); await sleep(3600)\r');
  await terminal.until(/\nit waits\r\n$/);
  terminal.type(interrupt);
  await terminal.until(/ERR_SCRIPT_EXECUTION_INTERRUPTED[\s\S]*bight> $/);
  terminal.type('half a line');
  await terminal.until(/half a line$/);
  terminal.type(interrupt);
  await terminal.until(/bight> $/);
  await terminal.enter('await sleep(0, { result: 6 * 7 })', /\n42/);
  await terminal.enter('loop.isRunning()', /\ntrue/);
  terminal.type(endOfFile);
  expect(await terminal.end()).toBe(0);
});

test('the lines of one session are the history of the next', async () => {
  rmSync(history, { force: true });
  const first = await Terminal.open();
  await first.enter('"remembered".length', /\n10/);
  first.type(endOfFile);
  expect(await first.end()).toBe(0);
  expect(readFileSync(history, 'utf8')).toContain('"remembered".length');
  const second = await Terminal.open();
  second.type(up);
  await second.until(/"remembered"\.length/);
  second.type('\r');
  await second.until(/\n10\s*bight> $/);
  second.type(endOfFile);
  expect(await second.end()).toBe(0);
});
