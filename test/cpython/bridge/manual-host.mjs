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
  #isLooking = false;
  #isRunning = false;
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
    this.#isRunning = true;
    this.#look();
  }
  release() {
    super.release();
    this.#isRunning = false;
  }
  #promise(callback) {
    this.#promised++;
    return () => {
      this.#promised--;
      callback();
    };
  }
  #look() {
    if (this.#isLooking || !this.#isRunning || this.#alarm === null) return;
    this.#isLooking = true;
    setImmediate(() => {
      this.#isLooking = false;
      if (!this.#isRunning || this.#alarm === null) return;
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
