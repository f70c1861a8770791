// Metrics of a loop, from the packed files: without an SDK nothing is reported, and nothing breaks.
import assert from 'node:assert/strict';
import { observeLoop } from '@bight/otel';
import { run, sleep } from 'bight';

await run(async () => {
  const telemetry = observeLoop({ spans: true });
  assert.equal(await sleep(0.01, { result: 'observed' }), 'observed');
  telemetry.stop();
});
