import '@bight/loop-subprocess/native';
import { CoreEventLoop } from '@bight/loop-core';
import { withSubprocess } from '@bight/loop-subprocess';
import { type Main, runInLoop } from '../../../../test/support/run-in-loop.js';

/** The smallest loop with subprocesses and pipes. */
export class SubprocessEventLoop extends withSubprocess(CoreEventLoop) {}

/** Runs a coroutine in a loop of its own, and closes that. */
export function inLoop<T>(main: Main<SubprocessEventLoop, T>): Promise<T> {
  return runInLoop(SubprocessEventLoop, main);
}
