// Prints what it does, and waits for signals from outside, in the way that its argument names.
import { writeSync } from 'node:fs';
import { CancelScope, createSubprocessExec, createTask, PIPE, type RunnerOptions, run, sleep } from 'bight';

const LONG = 1000;

function say(text: string): void {
  writeSync(1, `${text}\n`);
}

/** Cleans up in this many seconds after its work was cancelled. */
async function cleaningUp(body: () => Promise<void>, seconds: number): Promise<void> {
  try {
    await body();
  } finally {
    say('cleaning');
    await sleep(seconds);
    say('clean');
  }
}

async function waiting(): Promise<void> {
  say('ready');
  await sleep(LONG);
}

/** Waits for a process that lets neither Ctrl-C nor `terminate()` end it. */
async function withDeafChild(): Promise<void> {
  const script = "trap '' INT TERM; echo up; while :; do sleep 0.05; done";
  await using child = await createSubprocessExec('sh', ['-c', script], { stdout: PIPE });
  await child.stdout?.readline();
  await cleaningUp(waiting, 0);
}

const programs: Record<string, () => Promise<void>> = {
  clean: () => cleaningUp(waiting, 0.01),
  cleaning: () => cleaningUp(waiting, LONG),
  deafChild: withDeafChild,
  /** The clean-up is that of `run()`: what the main coroutine has left behind. */
  leftBehind: async () => {
    process.on('SIGINT', () => say('signal'));
    createTask(() => new CancelScope().run(() => cleaningUp(() => sleep(LONG), LONG)));
    await sleep(0.001);
  },
};

const [name, grace] = process.argv.slice(2);
const options: RunnerOptions = { signals: ['SIGINT', 'SIGTERM'] };
if (grace !== undefined) options.grace = Number(grace);
await run(programs[name as string] as () => Promise<void>, options);
