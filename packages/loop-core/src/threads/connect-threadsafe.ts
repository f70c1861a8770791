/// <reference lib="esnext.disposable" preserve="true" />
import type { MessagePort } from 'node:worker_threads';
import { RuntimeError } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import type { CallMessage, Port, ReplyMessage } from './port.js';
import { decodeError } from './wire-error.js';

/**
 * The functions of an exposed object as another thread sees them: each returns a promise of the result.
 *
 * @typeParam Api - the type of the object that was given to `loop.exposeThreadsafe()`
 */
export type Threadsafe<Api> = {
  readonly [Name in keyof Api as Api[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: Api[Name] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<ResultOfCall<R>>
    : never;
} & {
  /** Closes the port. Calls that are under way fail with a RuntimeError. */
  [Symbol.dispose](): void;
};

type ResultOfCall<R> = R extends Generator<unknown, infer T, unknown> ? T : Awaited<R>;

/**
 * Connects to the functions that a loop in another thread has exposed.
 *
 * ```ts
 * // in the thread of the loop
 * const api = { add: (a: number, b: number) => a + b };
 * new Worker(file, { workerData: { port }, transferList: [port] }); // const port = loop.exposeThreadsafe(api)
 * // in the worker
 * const loop = connectThreadsafe<typeof api>(workerData.port);
 * console.log(await loop.add(1, 2));
 * ```
 *
 * A call wakes the loop if it sleeps, waits if the loop is stopped, and runs as a callback of the loop. Arguments and
 * results are cloned. What the function throws rejects the promise; errors of the language's and of this library's
 * classes are of their class here, too. While a call is under way, it keeps this thread alive.
 *
 * @param port - what `loop.exposeThreadsafe()` returned, transferred to this thread
 * @returns an object with the same functions, each returning a promise; they reject with a RuntimeError once the loop
 *   is closed. In Python any thread can call the loop itself.
 * @throws {TypeError} unless `port` is a MessagePort
 * @python loop.call_soon_threadsafe()
 */
export function connectThreadsafe<Api extends object>(port: MessagePort): Threadsafe<Api> {
  const { postMessage, close } = Object(port) as Partial<Port>;
  if (typeof postMessage !== 'function' || typeof close !== 'function') {
    throw typeError('port', 'the MessagePort that loop.exposeThreadsafe() returned', port);
  }
  const connection = new Connection(port as unknown as Port);
  const functions = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  const dispose = () => connection.close();
  return new Proxy(Object.create(null) as object, {
    get(_target, name) {
      if (name === Symbol.dispose) return dispose;
      // An `await` of the object, or of a function that returns it, would take `then` for a promise's.
      if (typeof name !== 'string' || name === 'then') return undefined;
      let call = functions.get(name);
      if (call === undefined) {
        call = (...args) => connection.call(name, args);
        functions.set(name, call);
      }
      return call;
    },
  }) as Threadsafe<Api>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The caller's end of a port. */
class Connection {
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isClosed = false;

  constructor(port: Port) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#replied(data as ReplyMessage);
    port.addEventListener?.('close', () => this.#lost());
    port.unref?.();
  }

  call(method: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw closedError();
      const id = ++this.#lastId;
      const message: CallMessage = { id, method, args };
      this.#port.postMessage(message);
      if (this.#waiting.size === 0) this.#port.ref?.();
      this.#waiting.set(id, { resolve, reject });
    });
  }

  close(): void {
    this.#port.close();
    this.#lost();
  }

  #replied({ id, outcome }: ReplyMessage): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#port.unref?.();
    if ('error' in outcome) waiting?.reject(decodeError(outcome.error));
    else waiting?.resolve(outcome.value);
  }

  #lost(): void {
    this.#isClosed = true;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(closedError());
  }
}

function closedError(): RuntimeError {
  return new RuntimeError('Event loop is closed');
}
