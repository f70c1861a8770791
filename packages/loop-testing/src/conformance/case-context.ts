import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as hostTurn } from 'node:timers/promises';
import type { AbstractEventLoop, CoroutineFunction, ExceptionContext } from '@bight/loop-abstract';
import type { LoopState } from './case.js';
import { fail } from './check.js';
import type { Requirement } from './supports.js';

/** What a case stands on: a loop in one of the states, and what helps to observe it. */
export class CaseContext {
  readonly state: LoopState;
  readonly supports: ReadonlySet<Requirement>;
  /** What happened, in order. */
  readonly trace: unknown[] = [];
  /** What the exception handler received. A case that expects something takes it out: what is left fails it. */
  readonly reports: ExceptionContext[] = [];
  loop!: AbstractEventLoop;

  readonly #createLoop: () => unknown;
  readonly #loops: AbstractEventLoop[] = [];
  readonly #cleanUps: (() => unknown)[] = [];
  #run: Promise<void> | null = null;

  constructor(createLoop: () => unknown, supports: ReadonlySet<Requirement>, state: LoopState) {
    this.#createLoop = createLoop;
    this.supports = supports;
    this.state = state;
  }

  /** Brings the loop into its state. */
  async prepare(): Promise<void> {
    this.loop = await this.createLoop();
    switch (this.state) {
      case 'debug':
        this.loop.setDebug(true);
        // What a busy machine makes slow is not to be reported.
        this.loop.slowCallbackDuration = 60;
        break;
      case 'running':
        this.#run = this.loop.runForever();
        for (let turn = 0; turn < 3; turn++) await hostTurn();
        break;
      case 'stopped':
        this.loop.stop();
        await this.loop.runForever();
        break;
      case 'closed':
        this.loop.close();
    }
  }

  /** Another loop, which is closed when the case is over. */
  createLoop = async (): Promise<AbstractEventLoop> => {
    const loop = (await this.#createLoop()) as AbstractEventLoop;
    this.#loops.push(loop);
    if (this.supports.has('ErrorHandlingLoop')) {
      loop.setExceptionHandler((_loop, context) => this.reports.push(context));
    }
    return loop;
  };

  /** Calls a function inside the loop, as a callback, and runs the loop until what it returns has come to its end. */
  run = async <T>(body: () => T | PromiseLike<T>): Promise<T> => {
    const { loop } = this;
    let enter!: () => void;
    const ended = new Promise<T>((resolve, reject) => {
      enter = () => {
        try {
          resolve(body());
        } catch (error) {
          reject(error);
        }
      };
    });
    if (this.#run !== null) {
      loop.callSoonThreadsafe(enter);
      return await ended;
    }
    loop.callSoon(enter);
    const over = loop.runForever();
    try {
      return await ended;
    } finally {
      loop.callSoonThreadsafe(() => loop.stop());
      await over;
    }
  };

  /** Makes a task inside the loop, and runs the loop until it is done. */
  task = <T>(coro: CoroutineFunction<T>): Promise<T> =>
    this.run(() => this.loop.createTask(coro) as PromiseLike<T>);

  /** Lets turns of the loop pass; to be called inside of it. */
  turns = (count: number): Promise<void> =>
    new Promise((resolve) => {
      let left = count;
      const turn = () => {
        if (left-- > 0) this.loop.callSoon(turn);
        else resolve();
      };
      turn();
    });

  /** A callback that writes something into the trace. */
  note =
    (...what: unknown[]) =>
    (): void => {
      this.trace.push(...what);
    };

  /** Takes the only report out. */
  report(): ExceptionContext {
    if (this.reports.length !== 1) {
      fail(`one report was expected, not ${this.reports.length}: ${this.reports.map(inWords).join('; ')}`);
    }
    return this.reports.pop() as ExceptionContext;
  }

  /** A directory for the case. */
  directory = (): string => {
    const directory = mkdtempSync(path.join(tmpdir(), 'conformance-'));
    this.#cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
  };

  /** Calls `cleanUp` when the case is over, whatever its outcome. */
  defer = (cleanUp: () => unknown): void => {
    this.#cleanUps.push(cleanUp);
  };

  /** Stops and closes what is left. */
  async cleanUp(): Promise<void> {
    const { loop } = this;
    if (this.#run !== null && !loop.isClosed()) loop.callSoonThreadsafe(() => loop.stop());
    await this.#run;
    for (const each of this.#loops) if (!each.isRunning()) each.close();
    await this.#runCleanUps();
    if (this.reports.length > 0) fail(`the loop reported: ${this.reports.map(inWords).join('; ')}`);
  }

  /**
   * Gives back what is outside of the loop, which hangs. The loop itself stays as it is: one that cannot be woken may
   * run for ever when it is stopped or closed.
   */
  async abandon(): Promise<void> {
    await this.#runCleanUps();
  }

  /** Gives back what is outside of the loop. */
  async #runCleanUps(): Promise<void> {
    for (const cleanUp of this.#cleanUps.splice(0).reverse()) await cleanUp();
  }
}

function inWords({ message, exception }: ExceptionContext): string {
  return exception === undefined ? message : `${message} (${exception})`;
}
