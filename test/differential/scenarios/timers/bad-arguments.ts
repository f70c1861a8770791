import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const none = null as unknown as number;
  for (const [name, action] of [
    ['call_later(None)', () => loop.callLater(none, trace, ['never'])],
    ['call_at(None)', () => loop.callAt(none, trace, ['never'])],
  ] as const) {
    try {
      action();
      trace(name, 'fine');
    } catch (error) {
      trace(name, error);
    }
  }
  await sleep(0);
  trace('end');
}
