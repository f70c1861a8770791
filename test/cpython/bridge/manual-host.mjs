import { encode } from './encoding.mjs';
import { core } from './environment.mjs';
import { request } from './requests.mjs';

/** A host on which time passes only when the loop sleeps, and as Python says. */
export class ManualHost extends core.NodeHost {
  now = 0;
  whens = [];
  #clock;
  #alarm = null;
  #promised = 0;
  #looking = false;
  #running = false;
  constructor(clock) {
    super();
    this.#clock = clock;
  }
  time() {
    return this.now;
  }
  callSoon(callback) {
    super.callSoon(this.#promise(callback));
  }
  callAfterMicrotasks(callback) {
    super.callAfterMicrotasks(this.#promise(callback));
  }
  callNext(callback) {
    super.callNext(this.#promise(callback));
  }
  setAlarm(when, callback) {
    this.#alarm = { when, callback };
    this.#look();
  }
  clearAlarm() {
    this.#alarm = null;
  }
  hold() {
    super.hold();
    this.#running = true;
    this.#look();
  }
  release() {
    super.release();
    this.#running = false;
  }
  #promise(callback) {
    this.#promised++;
    return () => {
      this.#promised--;
      callback();
    };
  }
  #look() {
    if (this.#looking || !this.#running || this.#alarm === null) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      if (!this.#running || this.#alarm === null) return;
      if (this.#promised > 0) {
        this.#look();
        return;
      }
      const whens = this.whens.splice(0);
      const time = request({ op: 'advance', py: this.#clock.py, whens: encode(whens) });
      this.now = Math.max(this.now, time);
      if (this.#alarm === null) return;
      if (this.#alarm.when > this.now) {
        this.#look();
        return;
      }
      const { callback } = this.#alarm;
      this.#alarm = null;
      callback();
    });
  }
}
