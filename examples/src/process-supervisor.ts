/**
 * Keeps programs running, like an init or a Procfile runner.
 *
 *     process-supervisor 'web=node server.js' 'worker=node worker.js' [--first-delay 0.5] [--restarts 5]
 * A program that fails is started again, after a delay that doubles each time. If a program fails too often, all
 * programs are ended. SIGHUP restarts all programs. SIGINT (Ctrl-C) or SIGTERM ends them, by SIGKILL if they do not
 * react.
 */
import { parseArgs } from 'node:util';
import {
  createSubprocessShell,
  getRunningLoop,
  PIPE,
  type Process,
  run,
  STDOUT,
  sleep,
  TaskGroup,
} from 'bight';

interface Policy {
  /** The seconds before the first restart. */
  readonly firstDelay: number;
  /** The number of restarts after which the program has failed. */
  readonly restarts: number;
}

/** A program, and its current process. */
class Program {
  readonly #name: string;
  readonly #command: string;
  readonly #policy: Policy;
  #process: Process | null = null;
  #isRenewed = false;

  constructor(name: string, command: string, policy: Policy) {
    this.#name = name;
    this.#command = command;
    this.#policy = policy;
  }

  /** Runs the program until it ends with status 0. */
  async keepRunning(): Promise<void> {
    let delay = this.#policy.firstDelay;
    for (let failures = 0; ; ) {
      const status = await this.#runOnce();
      if (this.#isRenewed) continue;
      if (status === 0) return;
      if (failures === this.#policy.restarts) throw new Error(`${this.#name} failed ${failures + 1} times`);
      failures++;
      this.#say(`starts again in ${delay} s`);
      await sleep(delay);
      delay *= 2;
    }
  }

  /** Ends the process; a new one replaces it. */
  renew(): void {
    if (this.#process === null || this.#process.returncode !== null) return;
    this.#isRenewed = true;
    this.#process.terminate();
  }

  async #runOnce(): Promise<number> {
    this.#isRenewed = false;
    // With exec the program replaces the shell, and so gets the signals. If this task is cancelled, the end of the
    // block terminates the process, and kills it if needed.
    await using process = await createSubprocessShell(`exec ${this.#command}`, {
      stdout: PIPE,
      stderr: STDOUT,
    });
    this.#process = process;
    this.#say(`runs as ${process.pid}`);
    for await (const line of process.stdout?.lines() ?? []) this.#say(`| ${String(line).trimEnd()}`);
    const status = await process.wait();
    this.#say(status < 0 ? `was ended by signal ${-status}` : `ended with status ${status}`);
    return status;
  }

  #say(what: string): void {
    console.log(`${this.#name} ${what}`);
  }
}

async function supervise(programs: readonly Program[]): Promise<void> {
  const loop = getRunningLoop();
  await TaskGroup.run(async (group) => {
    for (const program of programs) group.createTask(() => program.keepRunning());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) loop.addSignalHandler(signal, () => group.cancel());
    loop.addSignalHandler('SIGHUP', () => {
      for (const program of programs) program.renew();
    });
  });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'first-delay': { type: 'string', default: '0.5' },
    restarts: { type: 'string', default: '5' },
  },
});
const policy: Policy = { firstDelay: Number(values['first-delay']), restarts: Number(values.restarts) };
const programs = positionals.map((argument) => {
  const [, name = argument, command = argument] = /^([\w-]+)=(.+)$/s.exec(argument) ?? [];
  return new Program(name, command, policy);
});
try {
  await run(() => supervise(programs));
  console.log('All programs have ended.');
} catch (error) {
  if (!(error instanceof AggregateError)) throw error;
  for (const { message } of error.errors) console.error(message);
  process.exitCode = 1;
}
