import { type Carrier, runInCarrier } from '@bight/contextvars/low-level';
import { type AbstractEventLoop, NotImplementedError } from '@bight/loop-abstract';
import { describeValue, typeError } from '@bight/loop-abstract/validate';
import { isThenable } from '../futures/is-thenable.js';
import { callbackCarrier } from '../scheduling/callback-carrier.js';
import { enterFromHost } from '../scheduling/enter-from-host.js';
import { isCoroutineFunction } from '../tasks/coroutine-kinds.js';
import type { CallMessage, Port, ReplyMessage } from './port.js';
import { encodeError, withoutObjects } from './wire-error.js';

type Api = Readonly<Record<string, (...args: unknown[]) => unknown>>;

/** The loop's end of a port: functions that another thread calls. */
export class ExposedApi {
  readonly #loop: AbstractEventLoop;
  readonly #api: Api;
  readonly #port: Port;
  readonly #carrier: Carrier;
  readonly #onClose: (api: ExposedApi) => void;

  constructor(loop: AbstractEventLoop, api: Api, port: Port, onClose: (api: ExposedApi) => void) {
    this.#loop = loop;
    this.#api = api;
    this.#port = port;
    this.#carrier = callbackCarrier(loop);
    this.#onClose = onClose;
    port.onmessage = ({ data }) => enterFromHost(this.#loop, ExposedApi.#enter, this, data as CallMessage);
    port.addEventListener?.('close', () => this.#onClose(this));
    // The loop keeps the process alive while it runs; an idle port does not.
    port.unref?.();
  }

  close(): void {
    this.#port.close();
  }

  static #enter(this: ExposedApi, message: CallMessage): void {
    runInCarrier(this.#carrier, ExposedApi.#call, this, message);
  }

  static #call(this: ExposedApi, { id, method, args }: CallMessage): void {
    let result: unknown;
    try {
      const called = this.#find(method);
      result = isCoroutineFunction(called)
        ? this.#loop.createTask(() => called.apply(this.#api, args) as PromiseLike<unknown>)
        : called.apply(this.#api, args);
    } catch (error) {
      this.#fail(id, error);
      return;
    }
    if (isThenable(result)) {
      result.then(
        (value) => this.#succeed(id, value),
        (error) => this.#fail(id, error),
      );
    } else {
      this.#succeed(id, result);
    }
  }

  #find(method: string): (...args: unknown[]) => unknown {
    const found = method in Object.prototype ? undefined : this.#api[method];
    if (typeof found === 'function') return found;
    throw new TypeError(`the loop exposes no function ${JSON.stringify(method)}`);
  }

  #succeed(id: number, value: unknown): void {
    try {
      this.#reply({ id, outcome: { value } });
    } catch (error) {
      this.#fail(id, error);
    }
  }

  #fail(id: number, error: unknown): void {
    const encoded = encodeError(error);
    try {
      this.#reply({ id, outcome: { error: encoded } });
    } catch {
      this.#reply({ id, outcome: { error: withoutObjects(encoded) } });
    }
  }

  #reply(message: ReplyMessage): void {
    this.#port.postMessage(message);
  }
}

/** The open ports of one loop. */
export class ExposedApis {
  readonly #loop: AbstractEventLoop;
  readonly #open = new Set<ExposedApi>();

  constructor(loop: AbstractEventLoop) {
    this.#loop = loop;
  }

  /** @returns the other thread's end */
  expose(api: unknown): object {
    if (typeof api !== 'object' || api === null) throw typeError('api', 'an object with functions', api);
    for (const [name, value] of Object.entries(api)) {
      if (typeof value !== 'function') throw typeError(`api.${name}`, 'a function', value);
    }
    if (typeof MessageChannel !== 'function') {
      throw new NotImplementedError(
        `${describeValue(this.#loop)} cannot expose functions: no MessageChannel here`,
      );
    }
    const { port1, port2 } = new MessageChannel();
    this.#open.add(
      new ExposedApi(this.#loop, api as Api, port1 as unknown as Port, (closed) => this.#open.delete(closed)),
    );
    return port2;
  }

  close(): void {
    for (const api of this.#open) api.close();
    this.#open.clear();
  }
}
