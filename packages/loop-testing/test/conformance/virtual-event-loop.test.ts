import { VirtualEventLoop } from '@bight/loop-testing';
import { conformance } from '@bight/loop-testing/conformance';
import * as bight from 'bight';
import { sampledTest } from '../../../../test/support/extent.js';

conformance({
  test: sampledTest(2),
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
    tls: true,
  },
});
