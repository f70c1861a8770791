import type { Host } from '../host.js';
import { clearTimeout, now, setTimeout } from '../platform.js';

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A page lives as long as it is open; on a server, where a port keeps the process alive, it need not. */
interface Port {
  onmessage: () => void;
  ref?(): void;
  unref?(): void;
}

/**
 * The host of a loop where there is no `process.nextTick`: browsers and web workers. A `MessageChannel` gives turns of
 * the platform that are not throttled as `setTimeout` is; each turn begins with an empty microtask queue.
 */
export class WebHost implements Host {
  readonly #channel = new MessageChannel();
  readonly #port = this.#channel.port1 as unknown as Port;
  readonly #turns: (() => void)[] = [];
  #alarm: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#port.onmessage = () => this.#turns.shift()?.();
    this.#port.unref?.();
  }

  time(): number {
    return now() / 1000;
  }

  callSoon(callback: () => void): void {
    this.#turns.push(callback);
    this.#channel.port2.postMessage(0);
  }

  callAfterMicrotasks(callback: () => void): void {
    this.callSoon(callback);
  }

  callNext(callback: () => void): void {
    this.callSoon(callback);
  }

  setAlarm(when: number, callback: () => void): void {
    clearTimeout(this.#alarm);
    const delayMs = Math.ceil((when - this.time()) * 1000);
    this.#alarm = setTimeout(callback, Math.max(0, Math.min(delayMs, LONGEST_TIMEOUT_MS)));
  }

  clearAlarm(): void {
    clearTimeout(this.#alarm);
    this.#alarm = undefined;
  }

  hold(): void {
    this.#port.ref?.();
  }

  release(): void {
    this.#port.unref?.();
  }
}
