import { conformance } from '@bight/loop-testing/conformance';
import * as bight from 'bight';
import { sampledTest } from '../../../../test/support/extent.js';

conformance({
  test: sampledTest(2),
  bight,
  createLoop: () => new bight.ProactorEventLoop(),
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
    systemSockets: true,
    PipeLoop: true,
    SubprocessLoop: true,
    SignalLoop: true,
  },
});
