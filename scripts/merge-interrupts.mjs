/**
 * Makes one of two interrupts that come at the same time.
 *
 * The terminal sends Ctrl-C to us and to npm, and npm passes its own on to us: one key, two signals, and the second one
 * would mean "stop at once". (Without the `exec` in package.json npm's would end at the shell between us, and a signal
 * that is sent to npm alone would leave us behind as an orphan.)
 */
export function mergeRepeatedInterrupts(windowMs = 300) {
  const { emit } = process;
  let mergeUntilMs = 0;
  process.emit = (name, ...args) => {
    if (name !== 'SIGINT') return Reflect.apply(emit, process, [name, ...args]);
    if (performance.now() < mergeUntilMs) return true;
    mergeUntilMs = performance.now() + windowMs;
    const delivered = Reflect.apply(emit, process, [name, ...args]);
    // A listener may have been removed by now; the second signal must not kill this process all the same.
    const ignore = () => {};
    process.on('SIGINT', ignore);
    setTimeout(() => process.off('SIGINT', ignore), windowMs).unref();
    return delivered;
  };
}
