import { ValueError } from '@bight/loop-abstract';
import { getRunningLoop } from '@bight/loop-core';
import type { Trace } from '../../support/trace.js';

export async function main(trace: Trace): Promise<void> {
  const loop = getRunningLoop();
  const future = loop.createFuture<string>();

  function attempt(name: string, action: () => unknown): void {
    try {
      trace(name, action());
    } catch (error) {
      trace(name, 'raised', error);
    }
  }

  attempt('result', () => future.result());
  attempt('exception', () => future.exception());
  attempt('set', () => future.setResult('one'));
  attempt('set again', () => future.setResult('two'));
  attempt('set exception', () => future.setException(new ValueError('late')));
  attempt('result', () => future.result());
  attempt('exception', () => future.exception());
  const failed = loop.createFuture<number>();
  attempt('fail', () => failed.setException(new ValueError('bad')));
  attempt('set after failing', () => failed.setResult(1));
  attempt('result of failed', () => failed.result());
  attempt('exception of failed', () => failed.exception());
  attempt('cancel failed', () => failed.cancel());
}
