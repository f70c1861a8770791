// Interrupts itself, in the way that its argument names.
import { writeSync } from 'node:fs';
import { CancelledError, KeyboardInterrupt } from '@bight/loop-abstract';
import { CoreEventLoop, createTask, currentTask, getRunningLoop, run, sleep } from '@bight/loop-core';

const LONG = 1000;

function say(text: string): void {
  writeSync(1, `${text}\n`);
}

function interrupt(): void {
  process.kill(process.pid, 'SIGINT');
}

/** Not before the loop has gone to sleep. */
function interruptSoon(): void {
  setTimeout(interrupt, 10);
}

function waitToBeInterrupted(name: string): Promise<void> {
  interruptSoon();
  return waitForLong(name);
}

/** Waits for long, and prints how that ended. */
async function waitForLong(name: string): Promise<void> {
  try {
    await sleep(LONG);
  } catch (error) {
    say(`${name}: ${(error as Error).name}`);
    throw error;
  }
}

/** Adds a handler of the program's own. @returns whether it was called */
function ownHandler(): () => boolean {
  let isCalled = false;
  process.on('SIGINT', () => {
    say('own handler');
    isCalled = true;
  });
  return () => isCalled;
}

async function listeners(): Promise<void> {
  say(`listeners: ${process.listenerCount('SIGINT')}`);
}

const programs: Record<string, () => Promise<unknown>> = {
  async caught() {
    await run(() => waitToBeInterrupted('main')).catch((error: unknown) => {
      say(`caught ${error instanceof KeyboardInterrupt} ${(error as KeyboardInterrupt).code}`);
      say(`cause ${(error as Error).cause instanceof CancelledError}`);
    });
    await listeners();
  },

  async uncaught() {
    process.on('exit', (status) => say(`exit ${status}`));
    await run(() => waitToBeInterrupted('main'));
  },

  async unawaited() {
    void run(() => waitToBeInterrupted('main'));
  },

  async handledElsewhere() {
    process.on('uncaughtException', (error) => {
      say(`handler: ${error.name}`);
      process.exit(3);
    });
    void run(() => waitToBeInterrupted('main'));
  },

  async swallowed() {
    const result = await run(async () => {
      await waitToBeInterrupted('main').catch(() => {});
      await sleep(0.01);
      return 'went on';
    });
    say(result);
  },

  async otherError() {
    const main = async () => {
      await waitToBeInterrupted('main').catch(() => {});
      throw new Error('while cleaning up');
    };
    await run(main).catch((error: unknown) => say(`caught ${(error as Error).message}`));
  },

  async alsoCancelled() {
    const main = async () => {
      const task = currentTask();
      getRunningLoop().callLater(0.1, () => task?.cancel());
      await waitToBeInterrupted('main').catch(() => {});
      await waitForLong('main');
    };
    await run(main).catch((error: unknown) => say(`caught ${(error as Error).name}`));
  },

  async second() {
    const main = async () => {
      createTask(() => waitForLong('other'));
      await waitToBeInterrupted('main').catch(() => {});
      await waitToBeInterrupted('main again');
    };
    await run(main);
  },

  async stubborn() {
    const main = async () => {
      await waitToBeInterrupted('first').catch(() => {});
      interruptSoon();
      while (true) await waitForLong('stubborn').catch(() => {});
    };
    await run(main, {
      loopFactory() {
        const loop = new CoreEventLoop();
        loop.setExceptionHandler((_loop, { message }) => say(message));
        return loop;
      },
    });
  },

  async ownHandlerBefore() {
    const isHandled = ownHandler();
    const main = async () => {
      interruptSoon();
      while (!isHandled()) await sleep(0.001);
      return 'not cancelled';
    };
    say(await run(main));
    await listeners();
  },

  async ownHandlerLater() {
    const main = async () => {
      const isHandled = ownHandler();
      interruptSoon();
      while (!isHandled()) await sleep(0.001);
      return 'not cancelled';
    };
    say(await run(main));
    await listeners();
  },

  async afterTheRun() {
    await run(async () => {});
    await listeners();
    setTimeout(() => say('still here'), LONG * 1000);
    interrupt();
  },
};

await programs[process.argv[2] ?? '']?.();
