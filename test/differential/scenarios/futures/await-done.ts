import { ValueError } from '@bight/loop-abstract';
import { getRunningLoop, sleep } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const done = loop.createFuture<string>();
  done.setResult('value');
  const failed = loop.createFuture<never>();
  failed.setException(new ValueError('failure'));
  loop.callSoon(trace, ['scheduled first']);
  for (let i = 0; i < 3; i++) {
    trace(await done);
  }
  try {
    await failed;
  } catch (error) {
    trace(error);
  }

  async function nested(): Promise<string[]> {
    return [await done, await done];
  }

  trace('nested', await nested());
  trace('giving up the turn');
  await sleep(0);
  trace('end');
}
