import type { ExceptionContext } from '@bight/loop-abstract';
import { CoreEventLoop } from '@bight/loop-core';
import { type Main, runInLoop } from '../../../../test/support/run-in-loop.js';

/** Runs a coroutine function in a new loop, and closes the loop. What the loop reports fails the test. */
export function inLoop<T>(main: Main<CoreEventLoop, T>): Promise<T> {
  return runInLoop(CoreEventLoop, main);
}

/** Runs a loop for exactly one iteration. */
export async function runOnce(loop: CoreEventLoop): Promise<void> {
  loop.stop();
  await loop.runForever();
}

/** Collects what a loop reports, instead of printing it. */
export function collectReports(loop: CoreEventLoop): ExceptionContext[] {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  return reports;
}

/** What the default exception handler prints of a report. */
export function printedOf(loop: CoreEventLoop, report: ExceptionContext): string {
  const printed: unknown[] = [];
  const { error } = console;
  console.error = (text: unknown) => printed.push(text);
  try {
    loop.defaultExceptionHandler(report);
  } finally {
    console.error = error;
  }
  return String(printed[0]);
}

/** A host whose clock stands still until it is moved, and whose turns come at once. */
export class ManualHost {
  #now = 0;
  #alarm: { when: number; callback: () => void } | null = null;

  time(): number {
    return this.#now;
  }

  /** Moves the clock, and rings the alarm if it is due. */
  advance(seconds: number): void {
    this.#now += seconds;
    const alarm = this.#alarm;
    if (alarm === null || alarm.when > this.#now) return;
    this.#alarm = null;
    alarm.callback();
  }

  /** When the alarm rings, or `null`. */
  get alarmAt(): number | null {
    return this.#alarm?.when ?? null;
  }

  callSoon(callback: () => void): void {
    setImmediate(callback);
  }

  callAfterMicrotasks(callback: () => void): void {
    setImmediate(callback);
  }

  callNext(callback: () => void): void {
    setImmediate(callback);
  }

  setAlarm(when: number, callback: () => void): void {
    this.#alarm = { when, callback };
  }

  clearAlarm(): void {
    this.#alarm = null;
  }

  hold(): void {}

  release(): void {}
}

/** Lets everything that is on its way happen: several turns of the platform. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
