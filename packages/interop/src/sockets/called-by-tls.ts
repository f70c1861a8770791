/**
 * Whether Node's TLS is among the callers.
 *
 * What this relies on: `new tls.TLSSocket(socket)` reads and writes any stream, but takes a `net.Socket` that has no
 * handle for one that is not connected yet, and waits for its `'connect'`. Where that changes, the answer is no, and
 * nothing is waited for.
 */
export function isCalledByTls(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 10;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return /\bTLSSocket\b.*\(node:/.test(stack);
}
