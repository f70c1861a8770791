import { NodeHost } from '@bight/loop-core';

/**
 * Virtual time: where the loop would sleep until its alarm, the clock jumps there. Everything else is Node's, so that
 * microtasks and ticks run as they do under a real loop.
 */
export class VirtualHost extends NodeHost {
  #now = 0;
  #promised = 0;
  #alarm: NodeJS.Immediate | undefined;

  override time(): number {
    return this.#now;
  }

  override callSoon(callback: () => void): void {
    super.callSoon(this.#counted(callback));
  }

  override callAfterMicrotasks(callback: () => void): void {
    super.callAfterMicrotasks(this.#counted(callback));
  }

  override callNext(callback: () => void): void {
    super.callNext(this.#counted(callback));
  }

  override setAlarm(when: number, callback: () => void): void {
    this.clearAlarm();
    this.#alarm = setImmediate(() => {
      // The clock stands still as long as the loop is going to be called back anyway.
      if (this.#promised > 0) return this.setAlarm(when, callback);
      this.#now = Math.max(this.#now, when);
      callback();
    });
  }

  override clearAlarm(): void {
    clearImmediate(this.#alarm);
  }

  #counted(callback: () => void): () => void {
    this.#promised++;
    return () => {
      this.#promised--;
      callback();
    };
  }
}
