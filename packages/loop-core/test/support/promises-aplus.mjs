// Runs the test suite of Promises/A+ on our futures; prints a JSON of how many tests passed, and which failed.
import { CoreEventLoop } from '@bight/loop-core';
import promisesAplusTests from 'promises-aplus-tests';

const loop = new CoreEventLoop();
void loop.runForever();

/** A future's exception is never None, as in Python: `wrapFuture()` replaces what is no error in the same way. */
const reasonFor = (reason) => reason ?? new Error(`rejected with ${reason}`);

const adapter = {
  resolved(value) {
    const future = loop.createFuture();
    future.setResult(value);
    return future;
  },
  rejected(reason) {
    const future = loop.createFuture();
    future.setException(reasonFor(reason));
    return future;
  },
  deferred() {
    const promise = loop.createFuture();
    return {
      promise,
      resolve: (value) => promise.done() || promise.setResult(value),
      reject: (reason) => promise.done() || promise.setException(reasonFor(reason)),
    };
  },
};

const report = { passed: 0, failed: [] };

class Reporter {
  constructor(runner) {
    runner.on('pass', () => report.passed++);
    runner.on('fail', (test) => report.failed.push(test.fullTitle()));
  }
}

// The suite leaves rejections alone, and futures whose exceptions it does not retrieve.
process.on('unhandledRejection', () => {});
loop.setExceptionHandler(() => {});

promisesAplusTests(adapter, { reporter: Reporter, timeout: 60_000 }, () => {
  process.stdout.write(JSON.stringify(report), () => process.exit());
});
