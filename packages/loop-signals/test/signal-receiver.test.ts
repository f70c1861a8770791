import { ValueError } from '@bight/loop-abstract';
import { CancelScope, CoreEventLoop, createTask, getRunningLoop, sleep } from '@bight/loop-core';
import { openSignalReceiver, withSignals } from '@bight/loop-signals';
import { afterEach, expect, test } from '@jest/globals';

class SignalLoop extends withSignals(CoreEventLoop) {}

const SIGNALS = ['SIGUSR2', 'SIGHUP'] as const;

const listening: (() => void)[] = [];

afterEach(() => {
  for (const stop of listening.splice(0)) stop();
  for (const signal of SIGNALS) expect(process.listenerCount(signal)).toBe(0);
});

/** Counts a signal by a listener of the process, and waits until it has come this often. */
function watchSignal(signal: NodeJS.Signals) {
  let count = 0;
  let check = () => {};
  const listener = () => {
    count++;
    check();
  };
  process.on(signal, listener);
  listening.push(() => process.off(signal, listener));
  const reach = (wanted: number) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (count >= wanted) resolve();
      };
      check();
    });
  return { reach };
}

function send(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
}

async function inLoop(main: () => PromiseLike<unknown>): Promise<void> {
  const loop = new SignalLoop();
  try {
    await loop.runUntilComplete(main as () => Promise<unknown>);
  } finally {
    loop.close();
  }
}

test('receives signals in an async function', () =>
  inLoop(async () => {
    using signals = openSignalReceiver(...SIGNALS);
    const names: string[] = [];
    send('SIGUSR2');
    for await (const name of signals) {
      names.push(name);
      if (names.length === 3) break;
      send(names.length === 1 ? 'SIGHUP' : 'SIGUSR2');
    }
    expect(names).toEqual(['SIGUSR2', 'SIGHUP', 'SIGUSR2']);
  }));

test('receives signals in a generator', () =>
  inLoop(function* () {
    using signals = openSignalReceiver('SIGUSR2');
    send('SIGUSR2');
    expect(yield* signals.next()).toEqual({ done: false, value: 'SIGUSR2' });
  } as never));

test('takes repeats that come while nothing waits for one', () =>
  inLoop(async () => {
    const seen = watchSignal('SIGUSR2');
    using signals = openSignalReceiver('SIGUSR2', 'SIGHUP');
    for (const count of [1, 2, 3]) {
      send('SIGUSR2');
      await seen.reach(count);
    }
    await sleep(0);
    expect((await signals.next()).value).toBe('SIGUSR2');
    send('SIGHUP');
    expect((await signals.next()).value).toBe('SIGHUP');
  }));

test('stands in for handlers of the loop, which come back, and leaves listeners of the process', () =>
  inLoop(async () => {
    const loop = getRunningLoop() as unknown as SignalLoop;
    const seen = watchSignal('SIGUSR2');
    let handled = 0;
    loop.addSignalHandler('SIGUSR2', () => handled++);
    {
      using signals = openSignalReceiver('SIGUSR2');
      using inner = openSignalReceiver('SIGUSR2');
      send('SIGUSR2');
      expect((await inner.next()).value).toBe('SIGUSR2');
      await seen.reach(1);
      inner.close();
      send('SIGUSR2');
      expect((await signals.next()).value).toBe('SIGUSR2');
      await seen.reach(2);
    }
    expect(handled).toBe(0);
    send('SIGUSR2');
    await seen.reach(3);
    await sleep(0);
    expect(handled).toBe(1);
    expect(loop.removeSignalHandler('SIGUSR2')).toBe(true);
  }));

test('gives a signal to the next wait where the one before was cancelled', () =>
  inLoop(async () => {
    using signals = openSignalReceiver('SIGUSR2');
    const cancelled = createTask(() => signals.next());
    await sleep(0);
    await sleep(0);
    cancelled.cancel();
    await sleep(0);
    await sleep(0);
    expect(cancelled.cancelled()).toBe(true);
    send('SIGUSR2');
    expect((await signals.next()).value).toBe('SIGUSR2');
  }));

test('in a cancelled scope takes nothing', () =>
  inLoop(async () => {
    const seen = watchSignal('SIGUSR2');
    using signals = openSignalReceiver('SIGUSR2');
    send('SIGUSR2');
    await seen.reach(1);
    await sleep(0);
    const scope = new CancelScope();
    await scope.run(async () => {
      scope.cancel();
      await signals.next();
    });
    expect(scope.cancelledCaught).toBe(true);
    expect((await signals.next()).value).toBe('SIGUSR2');
  }));

test('ends its iterations when it is closed', () =>
  inLoop(async () => {
    const signals = openSignalReceiver('SIGUSR2');
    const iteration = createTask(async () => {
      for await (const name of signals) throw new Error(`unexpected ${name}`);
      return 'ended';
    });
    await sleep(0);
    await sleep(0);
    signals.close();
    signals.close();
    expect(await iteration).toBe('ended');
    expect((await signals.next()).done).toBe(true);
  }));

test('refuses an empty list and signals that cannot be caught, and then listens for none', () =>
  inLoop(async () => {
    expect(() => openSignalReceiver()).toThrow(TypeError);
    expect(() => openSignalReceiver('SIGUSR2', 'SIGKILL')).toThrow(ValueError);
    expect(() => openSignalReceiver('SIGSTOP')).toThrow(ValueError);
    expect(() => openSignalReceiver('SIGNOTHING' as never)).toThrow(ValueError);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
  }));
