import '@bight/loop-subprocess/native';
import '@bight/loop-net/native';
import type { PipeLoop, SubprocessLoop } from '@bight/loop-abstract';
import type { CoreEventLoop } from '@bight/loop-core';
import { SelectorEventLoop } from '@bight/loop-net';
import { withSubprocess } from '@bight/loop-subprocess';
import { onEachLoop } from '../../../../test/support/each-loop.js';
import { SubprocessEventLoop as PlainLoop } from './subprocess-loop.js';

/** A loop with subprocesses and pipes. */
export type SubprocessEventLoop = CoreEventLoop & SubprocessLoop & PipeLoop;

/** A loop on a host of its own, which watches descriptors. */
class SelectorLoop extends withSubprocess(SelectorEventLoop) {}

export const { describeOnEachLoop, newLoop, inLoop } = onEachLoop<SubprocessEventLoop>([
  { kind: 'plain', Loop: PlainLoop },
  { kind: 'selector', Loop: SelectorLoop },
]);
