import '@bight/loop-subprocess/native';
import '@bight/loop-net/native';
import { withNet } from '@bight/loop-net';
import { withSignals } from '@bight/loop-signals';
import { withSubprocess } from '@bight/loop-subprocess';
import { conformance } from '@bight/loop-testing/conformance';
import { describe } from '@jest/globals';
import * as bight from 'bight';
import { sampledTest } from '../../test/support/extent.js';
import { CustomLoop } from '../src/custom-loop.js';

const own = { SchedulingLoop: true, TaskLoop: true, ErrorHandlingLoop: true } as const;

describe('the loop that is written from the interfaces alone', () => {
  conformance({ test: sampledTest(2), bight, createLoop: () => new CustomLoop(), supports: own });
});

describe('the same loop with the add-ons', () => {
  class CompleteLoop extends withSubprocess(withSignals(withNet(CustomLoop))) {}

  conformance({
    test: sampledTest(4),
    bight,
    createLoop: () => new CompleteLoop(),
    supports: {
      ...own,
      NetLoop: true,
      systemSockets: true,
      SocketLoop: true,
      ReadinessLoop: true,
      tls: true,
      PipeLoop: true,
      SubprocessLoop: true,
      SignalLoop: true,
    },
  });
});
