import { CancelledError, ValueError } from '@bight/loop-abstract';
import { getRunningLoop, shield, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();

  async function child(action: () => string): Promise<string> {
    await sleep(0);
    return action();
  }

  const cases: [string, () => string][] = [
    ['result', () => 'value'],
    [
      'error',
      () => {
        throw new ValueError('inner error');
      },
    ],
    [
      'cancel',
      () => {
        throw new CancelledError('inner cancel');
      },
    ],
  ];
  for (const [name, action] of cases) {
    for (let turn = 0; turn < 6; turn++) {
      loop.callSoon(trace, ['queued', turn]);
    }
    const outer = shield(() => child(action));
    try {
      trace(name, await outer);
    } catch (error) {
      trace(name, error, outer.cancelled());
    }
  }
  const done = loop.createFuture<string>();
  done.setResult('already');
  loop.callSoon(trace, ['soon']);
  trace(shield(done) === done, await shield(done));
  await sleep(0);
}
