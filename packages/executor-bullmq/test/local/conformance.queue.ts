import { ExecutorConformance } from '@bight/loop-testing/conformance';
import { expect, test } from '@jest/globals';
import { QueueExecutor } from '../../src/index.js';
import { kitJobs } from '../support/paths.js';

// So many processes take too long for CI.
const isSample = process.env.BIGHT_QUEUE_SAMPLE !== undefined;

const kit = new ExecutorConformance({
  test,
  jobs: kitJobs,
  createExecutor: async ({ concurrency, contextVars }) => ({
    executor: QueueExecutor.local({ maxWorkers: concurrency, contextVars }),
  }),
});

if (isSample) test('the kit has cases', () => expect(kit.names.length).toBeGreaterThan(20));
else kit.register();
