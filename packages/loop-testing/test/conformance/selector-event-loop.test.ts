import { conformance } from '@bight/loop-testing/conformance';
import { test } from '@jest/globals';
import * as bight from 'bight';

conformance({
  test,
  bight,
  createLoop: () => new bight.SelectorEventLoop(),
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
    SocketLoop: true,
    ReadinessLoop: true,
    PipeLoop: true,
    SubprocessLoop: true,
    SignalLoop: true,
    unixDatagrams: true,
    systemSendfile: true,
  },
});
