/**
 * Turns an error that is on its way out of a block into another one, in flight.
 *
 * The end of an `await using` block is not told which error leaves the block, and cannot replace it: what it throws
 * itself is joined with the first in a `SuppressedError`. But the CancelledError with which a time-out, or a task
 * group, ended the block is known; so that very object becomes the error that the caller is to see.
 *
 * @internal
 */
export function morph(error: Error, into: Error): void {
  const cause = Object.create(Object.getPrototypeOf(error), Object.getOwnPropertyDescriptors(error)) as Error;
  Object.setPrototypeOf(error, Object.getPrototypeOf(into));
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(into))) {
    if (key !== 'stack') Object.defineProperty(error, key, descriptor);
  }
  Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  const frames = (cause.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  const heading = into.message === '' ? into.name : `${into.name}: ${into.message}`;
  Object.defineProperty(error, 'stack', {
    value: [heading, ...frames].join('\n'),
    configurable: true,
    writable: true,
  });
}
