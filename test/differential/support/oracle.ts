import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Program } from './program.js';
import { rig } from './rig.js';
import type { Entry } from './trace.js';

type Request = { scenario: string } | { program: Program };
type Reply = { trace: Entry[] } | { error: string };

// Later versions of CPython order some things differently; this is the one that the contract names.
const WANTED = '3.11';

/** The command that starts a CPython of the wanted version; `null` where there is none. */
export function findPython(): string | null {
  const asksVersion = ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'];
  const candidates = [process.env.PYTHON, 'python3.11', 'python3'];
  const found = candidates.find(
    (command) => command && spawnSync(command, asksVersion, { encoding: 'utf8' }).stdout?.trim() === WANTED,
  );
  return found ?? null;
}

/** A CPython process that runs scenarios and programs, and answers with their traces. */
export class Oracle {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: { resolve: (trace: Entry[]) => void; reject: (error: Error) => void }[] = [];

  #ended: Error | null = null;

  constructor(python: string) {
    const script = path.join(rig, 'python', 'serve.py');
    // A fixed seed keeps sets of strings in one order.
    const env = { ...process.env, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1', PYTHONASYNCIODEBUG: '' };
    this.#process = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'], env });
    createInterface(this.#process.stdout).on('line', (line) => this.#answer(JSON.parse(line)));
    this.#process.on('exit', (code) => {
      this.#ended = new Error(`python ended with status ${code}`);
      for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
    });
  }

  /** The trace that CPython leaves. */
  trace(request: Request): Promise<Entry[]> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#ended !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.stdin.end();
    await exited;
  }

  #answer(reply: Reply): void {
    const { resolve, reject } = this.#waiting.shift()!;
    if ('trace' in reply) resolve(reply.trace);
    else reject(new Error(`python failed:\n${reply.error}`));
  }
}
