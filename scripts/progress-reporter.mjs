// A reporter for jest, which prints the progress of the tests at intervals, also into logs.
const EVERY_MS = 10_000;

export default class ProgressReporter {
  #startedMs = 0;
  #timer;
  #done = 0;
  #failed = 0;
  #total = 0;

  onRunStart({ numTotalTestSuites }) {
    this.#startedMs = Date.now();
    this.#total = numTotalTestSuites;
    if (this.#total < 2) return;
    this.#timer = setInterval(() => this.#print(), EVERY_MS);
    this.#timer.unref();
  }

  onTestResult(_test, result, { numTotalTestSuites }) {
    this.#done++;
    this.#total = numTotalTestSuites;
    this.#failed += result.numFailingTests + (result.testExecError === undefined ? 0 : 1);
  }

  onRunComplete() {
    clearInterval(this.#timer);
  }

  #print() {
    const seconds = Math.round((Date.now() - this.#startedMs) / 1000);
    process.stderr.write(
      `-- ${this.#done} of ${this.#total} test files, ${this.#failed} failed, ${seconds} s\n`,
    );
  }
}
