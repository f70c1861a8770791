import type { Host } from './host.js';

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The host of a loop where there is no `process.nextTick`: browsers and web workers. A `MessageChannel` gives turns of
 * the platform that are not throttled as `setTimeout` is; each turn begins with an empty microtask queue.
 */
export class WebHost implements Host {
  readonly #channel = new MessageChannel();
  readonly #turns: (() => void)[] = [];
  #alarm: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const port = this.#channel.port1 as unknown as { onmessage: () => void };
    port.onmessage = () => this.#turns.shift()?.();
  }

  time(): number {
    return performance.now() / 1000;
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

  // A page lives as long as it is open: there is nothing to hold.
  hold(): void {}

  release(): void {}
}
