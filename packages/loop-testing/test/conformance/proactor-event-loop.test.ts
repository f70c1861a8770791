import { conformance } from '@bight/loop-testing/conformance';
import { test } from '@jest/globals';
import * as bight from 'bight';

conformance({
  test,
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
