import { conformance } from '@bight/loop-testing/conformance';
import { describe, test } from '@jest/globals';
import { CustomLoop } from '../src/custom-loop.js';

describe('the loop that is written from the interfaces alone', () => {
  conformance({
    test,
    createLoop: () => new CustomLoop(),
    supports: { SchedulingLoop: true, TaskLoop: true, ErrorHandlingLoop: true },
  });
});
