import { conformance } from '@bight/loop-testing/conformance';
import { test } from '@jest/globals';
import { SelectorEventLoop } from 'bight';

conformance({
  test,
  createLoop: () => new SelectorEventLoop(),
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
