// Sends itself signals while run() listens for them, in the way that its argument names.
import { writeSync } from 'node:fs';
import { CancelledError, type Coroutine, KeyboardInterrupt, SignalInterrupt } from '@bight/loop-abstract';
import { Runner, type RunnerOptions, run, sleep } from '@bight/loop-core';

const LONG = 1000;
const BOTH = ['SIGINT', 'SIGTERM'] as const;

function say(text: string): void {
  writeSync(1, `${text}\n`);
}

/** Not before the loop has gone to sleep. */
function sendSoon(signal: NodeJS.Signals): void {
  setTimeout(() => process.kill(process.pid, signal), 10);
}

/** Waits for long, with a signal on its way, and prints how that ended. */
async function waitFor(signal: NodeJS.Signals, name = 'main'): Promise<void> {
  sendSoon(signal);
  try {
    await sleep(LONG);
  } catch (error) {
    say(`${name}: ${(error as Error).name}`);
    throw error;
  }
}

function* waitInGenerator(signal: NodeJS.Signals): Coroutine<void> {
  sendSoon(signal);
  try {
    yield* sleep(LONG);
  } finally {
    say('main: finally');
  }
}

async function ending(of: Promise<unknown>): Promise<void> {
  const error = await of.then(
    (value) => say(`value ${value}`),
    (error: unknown) => error,
  );
  if (error instanceof SignalInterrupt) {
    say(`${error.name} ${error.signal} ${error instanceof KeyboardInterrupt}`);
    say(`cause ${error.cause instanceof CancelledError}`);
  } else if (error !== undefined) {
    say(String(error));
  }
  say(`listeners: ${BOTH.map((signal) => process.listenerCount(signal))}`);
}

/** Swallows every cancel: only a signal's default action can end the program. */
async function stubborn(
  signal: NodeJS.Signals,
  then: NodeJS.Signals | null,
  name = 'stubborn',
): Promise<never> {
  await waitFor(signal, name).catch(() => {});
  if (then !== null) sendSoon(then);
  for (;;) await sleep(LONG);
}

const programs: Record<string, () => Promise<unknown>> = {
  interrupted: () => ending(run(() => waitFor('SIGINT'), { signals: BOTH })),
  terminated: () => ending(run(() => waitFor('SIGTERM'), { signals: BOTH })),
  generator: () => ending(run(() => waitInGenerator('SIGTERM'), { signals: BOTH })),
  uncaught: () => run(() => waitFor('SIGTERM'), { signals: BOTH }),
  swallowed: () =>
    ending(
      run(
        async () => {
          await waitFor('SIGTERM').catch(() => {});
          await sleep(0.01);
          return 'went on';
        },
        { signals: BOTH },
      ),
    ),
  failing: () =>
    ending(
      run(
        async () => {
          await waitFor('SIGTERM').catch(() => {});
          throw new Error('while cleaning up');
        },
        { signals: BOTH },
      ),
    ),
  same: () => run(() => stubborn('SIGTERM', 'SIGTERM'), { signals: BOTH }),
  other: () => run(() => stubborn('SIGTERM', 'SIGINT'), { signals: BOTH }),
  ownListener: async () => {
    process.on('SIGTERM', () => say('own listener'));
    await run(() => stubborn('SIGTERM', 'SIGTERM'), { signals: BOTH });
  },
  grace: () => run(() => stubborn('SIGTERM', null), { signals: BOTH, grace: 0.05 }),
  graceOfDefault: () => run(() => stubborn('SIGINT', null), { grace: 0 }),
  inTime: async () => {
    await ending(run(() => waitFor('SIGTERM'), { signals: BOTH, grace: 2 }));
    await new Promise((resolve) => setTimeout(resolve, 2100));
    say('still there');
  },
  notNamed: () => run(() => waitFor('SIGINT'), { signals: ['SIGTERM'] }),
  twice: async () => {
    const runner = new Runner({ signals: BOTH, grace: 2 });
    await ending(runner.run(() => waitFor('SIGTERM')));
    await ending(runner.run(() => sleep(2.1, { result: 'in between' })));
    await ending(runner.run(() => waitFor('SIGTERM', 'again')));
    await runner.close();
    await ending(Promise.resolve('closed'));
  },
  refused: async () => {
    const refused: RunnerOptions[] = [
      { signals: ['SIGKILL'] },
      { signals: ['SIGNOTHING'] },
      { signals: 'SIGTERM' as never },
      { signals: [15] as never },
      { grace: -1 },
      { grace: Number.NaN },
      { grace: '1' as never },
    ];
    for (const options of refused) {
      const error = (await run(async () => say('ran'), options).catch((error: unknown) => error)) as Error;
      say(error?.name);
    }
  },
};

const program = programs[process.argv[2] as string];
if (program === undefined) throw new Error(`no program ${process.argv[2]}`);
await program();
