/**
 * Merges two interrupts that come at the same time into one.
 *
 * The terminal sends Ctrl-C to this process and to npm, and npm forwards its own to this process. So one key sends two
 * signals, and the second would mean "stop at once". (Without the `exec` in package.json a shell would be in between:
 * it would get npm's signal, and a signal to npm alone would leave this process running.)
 */
export function mergeRepeatedInterrupts(windowMs = 300) {
  const { emit } = process;
  let mergeUntilMs = 0;
  process.emit = (name, ...args) => {
    if (name !== 'SIGINT') return Reflect.apply(emit, process, [name, ...args]);
    if (performance.now() < mergeUntilMs) return true;
    mergeUntilMs = performance.now() + windowMs;
    const delivered = Reflect.apply(emit, process, [name, ...args]);
    // Even if a listener has been removed by now, the second signal must not kill this process.
    const ignore = () => {};
    process.on('SIGINT', ignore);
    setTimeout(() => process.off('SIGINT', ignore), windowMs).unref();
    return delivered;
  };
}
