import { VirtualEventLoop } from '@bight/loop-testing';
import { conformance } from '@bight/loop-testing/conformance';
import { test } from '@jest/globals';
import * as bight from 'bight';

conformance({
  test,
  bight,
  createLoop: () => new VirtualEventLoop({ seed: 1 }),
  supports: {
    SchedulingLoop: true,
    TaskLoop: true,
    coreTasks: true,
    ErrorHandlingLoop: true,
    DebugLoop: true,
    ExecutorLoop: true,
    ThreadsafeLoop: true,
    NetLoop: true,
  },
});
