import { getEventLoop, getRunningLoop, newEventLoop, setEventLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function run(trace: Trace): Promise<void> {
  function running(): unknown {
    try {
      return getRunningLoop() === loop;
    } catch (error) {
      return trace.kind(error);
    }
  }

  const loop = newEventLoop();
  trace('outside', running());
  setEventLoop(loop);
  trace('set', getEventLoop() === loop);

  async function child(): Promise<void> {
    trace('task', running(), getEventLoop() === loop);
    await sleep(0);
    trace('task again', running());
    loop.callSoon(() => trace('callback', running()));
    loop.callLater(0, () => trace('timer', running()));
    await sleep(0);
    await sleep(0);
  }

  const other = newEventLoop();
  await loop.runUntilComplete(child);
  trace('outside', running(), getEventLoop() === loop);

  async function inOther(): Promise<void> {
    trace('other', getRunningLoop() === other, getEventLoop() === other);
  }

  await other.runUntilComplete(inOther);
  setEventLoop(null);
  loop.close();
  other.close();
}
