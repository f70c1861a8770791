import { encodeError } from './encode-error.js';
import { isThenable, runCall } from './run-call.js';

/** The brand of what `transfer()` makes; the parent's copy of the package and the worker's know each other by it. */
const TRANSFER = Symbol.for('@bight/executors/transfer');

/**
 * Answers calls, one at a time and in the order in which they arrive.
 *
 * @param {object} link what connects this worker with its pool
 * @param {(message: object, transferList?: object[]) => void} link.send throws when the message cannot be cloned
 * @param {(value: unknown) => boolean} link.canClone
 * @param {(message: object) => boolean} link.claim takes the call, unless the pool has taken it back
 * @param {() => object | null | undefined} link.receive the next message that has arrived, if there is one
 * @param {() => Promise<void> | undefined} link.flush a promise when written output is still under way
 * @param {() => void} link.leave ends the worker
 * @param {number} link.burst how many calls are made back to back before the worker's event loop turns
 * @returns {(message: object | null) => void} takes a message; `null` is the last one
 */
export function serve(link) {
  const inbox = [];
  let busy = false;

  function accept(message) {
    inbox.push(message);
    if (!busy) work();
  }

  function work() {
    busy = true;
    for (let budget = link.burst; inbox.length > 0 || budget > 0; budget--) {
      const message = inbox.length > 0 ? inbox.shift() : link.receive();
      if (message === undefined) break;
      const pending = message === null ? leave() : answer(message);
      if (pending !== undefined) {
        pending.then(work);
        return;
      }
    }
    busy = false;
  }

  async function leave() {
    await link.flush();
    link.leave();
  }

  /** Makes a call; a promise when that takes more than this moment. It never rejects. */
  function answer(message) {
    if (!link.claim(message)) return undefined;
    try {
      const result = runCall(message);
      if (isThenable(result)) return answerLater(message, result);
      return finish(() => succeed(message, result));
    } catch (error) {
      return finish(() => fail(message, error));
    }
  }

  async function answerLater(message, promise) {
    try {
      const result = await promise;
      await finish(() => succeed(message, result));
    } catch (error) {
      await finish(() => fail(message, error));
    }
  }

  /** What the call printed comes out before the call ends: the program may have nothing else to wait for. */
  function finish(report) {
    const flushing = link.flush();
    if (flushing === undefined) return void report();
    return flushing.then(report);
  }

  function succeed({ id }, result) {
    try {
      const [value, transferList] = unwrap(result);
      link.send({ type: 'bight:done', id, value }, transferList);
    } catch (error) {
      fail({ id }, error);
    }
  }

  function fail({ id }, error) {
    link.send({
      type: id === 0 ? 'bight:unusable' : 'bight:failed',
      id,
      error: encodeError(error, link.canClone),
    });
  }

  return accept;
}

function unwrap(result) {
  const wrapped = typeof result === 'object' && result !== null && TRANSFER in result;
  return wrapped ? [result.value, result.transferList] : [result, undefined];
}
