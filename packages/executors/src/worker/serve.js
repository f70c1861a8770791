import { adopt } from './adopt.js';
import { dataCloneError } from './data-clone-error.js';
import { encodeThrown } from './encode-error.js';
import { runCall } from './run-call.js';

/** The brand of what `transfer()` makes; the parent's copy of the package and the worker's know each other by it. */
const TRANSFER = Symbol.for('@bight/executors/transfer');

/**
 * Answers calls, one at a time and in the order in which they arrive. Every call gets an answer, also one that could
 * not be read, and one whose result or error cannot be sent.
 *
 * @param {object} link what connects this worker with its pool
 * @param {(message: object, transferList?: object[]) => void} link.send throws when the message cannot be cloned
 * @param {(value: unknown) => unknown} link.clone a copy of a value as the pool would get it; throws when it cannot be
 *   sent
 * @param {(message: object) => boolean} link.claim takes the call, unless the pool has taken it back
 * @param {() => object | null | undefined} link.receive the next message that has arrived, if there is one
 * @param {() => Promise<void> | undefined} link.flush a promise when written output is still under way
 * @param {() => void} link.leave ends the worker
 * @param {number} link.burst how many calls are made back to back before the worker's event loop turns
 * @returns {(message: object | null) => void} takes a message; `null` is the last one
 */
export function serve(link) {
  const inbox = [];
  let isBusy = false;

  function accept(message) {
    inbox.push(message);
    if (!isBusy) work();
  }

  function work() {
    isBusy = true;
    for (let budget = link.burst; inbox.length > 0 || budget > 0; budget--) {
      const message = inbox.length > 0 ? inbox.shift() : link.receive();
      if (message === undefined) break;
      const pending = message === null ? leave() : answer(message);
      if (pending !== undefined) {
        pending.then(work);
        return;
      }
    }
    isBusy = false;
  }

  async function leave() {
    await link.flush();
    link.leave();
  }

  /** Makes a call; a promise when that takes more than this moment. It neither throws nor rejects. */
  function answer(message) {
    if ('unread' in message) return refuse(message);
    if (!link.claim(message)) return undefined;
    try {
      const result = runCall(message);
      const promise = adopt(result);
      if (promise !== undefined) return answerLater(message, promise);
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
      // The result of an initializer is dropped.
      const [value, transferList] = id === 0 ? [undefined, undefined] : unwrap(result);
      link.send({ type: 'bight:done', id, value }, transferList);
    } catch (error) {
      fail({ id }, error);
    }
  }

  function fail({ id }, error) {
    sendError(id === 0 ? 'bight:unusable' : 'bight:failed', id, error);
  }

  function refuse({ id, unread }) {
    sendError('bight:unread', id, dataCloneError('the worker cannot read the arguments of the call', unread));
  }

  function sendError(type, id, error) {
    try {
      link.send({ type, id, error: encodeThrown(error, link.clone) });
    } catch (problem) {
      const substitute = dataCloneError('the error of the call cannot be sent', problem);
      link.send({ type, id, error: encodeThrown(substitute, link.clone) });
    }
  }

  return accept;
}

function unwrap(result) {
  const wrapped = typeof result === 'object' && result !== null && TRANSFER in result;
  return wrapped ? [result.value, result.transferList] : [result, undefined];
}
