import { CoreEventLoop } from '@bight/loop-core';
import { conformance } from '@bight/loop-testing/conformance';
import { test } from '@jest/globals';
import * as bight from 'bight';

conformance({
  test,
  bight,
  createLoop: () => new CoreEventLoop(),
  supports: {
    SchedulingLoop: true,
    TaskLoop: true,
    coreTasks: true,
    ErrorHandlingLoop: true,
    DebugLoop: true,
    ExecutorLoop: true,
    ThreadsafeLoop: true,
  },
});
