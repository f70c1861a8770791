import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect } from '@jest/globals';
import { nodeArguments } from '../../../../test/support/compiled.js';
import { temporaryFolder } from '../../../../test/support/temporary-folder.js';

const started = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of started) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  started.clear();
  turn?.close();
  turn = null;
});

/** Node's inspector is opened on one port of the machine: what needs it takes turns, also with other test files. */
const NODES_TURN = 9228;
let turn: Server | null = null;

async function takeTurn(): Promise<void> {
  while (turn === null) {
    const server = createServer().listen(NODES_TURN, '127.0.0.1');
    const isMine = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (isMine) turn = server;
    else await delay(50);
  }
}

/** The folder that the program is run in. */
export const folder: string = temporaryFolder();

/** Starts a process, which does not outlive the test. */
export function start(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(file, args, options);
  started.add(child);
  return child;
}

/** A process to be inspected, with an inspector of ours or without. */
export class Watched {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(environment: NodeJS.ProcessEnv, flags: readonly string[] = []) {
    const program = [...flags, ...nodeArguments('packages/bight/test/fixtures/watched.ts')];
    const env = { ...process.env, BIGHT_INSPECT: '', ...environment };
    this.#child = start(process.execPath, program, { env, stdio: ['pipe', 'pipe', 'ignore'] });
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
    if (!environment.BIGHT_INSPECT) await takeTurn();
    const watched = new Watched(environment, flags);
    expect(await watched.line()).toBe('ready');
    return watched;
  }
}

/** How a run of the program has ended. */
export interface Run {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Starts the program `bight`. */
export function begin(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const env = { ...process.env, BIGHT_INSPECT: '', NO_COLOR: '1', ...environment };
  return start(process.execPath, nodeArguments('packages/bight/src/bin.ts', args), { env, cwd: folder });
}

/** Runs the program `bight`, with its output in a pipe. */
export async function bight(
  args: readonly string[],
  input = '',
  environment: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const child = begin(args, environment);
  child.stdin!.end(input);
  let [output, errors] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, output, errors };
}
