import { CoreEventLoop } from '@bight/loop-core';
import { VirtualClock } from '@bight/loop-testing';
import { conformance } from '@bight/loop-testing/conformance';
import { test } from '@jest/globals';

conformance({
  test,
  createLoop: () => new CoreEventLoop({ host: new VirtualClock() }),
  supports: {
    SchedulingLoop: true,
    TaskLoop: true,
    ErrorHandlingLoop: true,
    DebugLoop: true,
    ExecutorLoop: true,
    ThreadsafeLoop: true,
  },
});
