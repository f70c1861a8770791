import { CoreEventLoop } from '@bight/loop-core';
import { conformance } from '@bight/loop-testing/conformance';
import * as bight from 'bight';
import { sampledTest } from '../../../../test/support/extent.js';

conformance({
  test: sampledTest(2),
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
