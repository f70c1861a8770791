import { TimeoutError } from '@bight/loop-abstract';
import {
  CancelScope,
  type CoreEventLoop,
  createTask,
  currentTask,
  Future,
  gather,
  sleep,
  type Task,
  TaskGroup,
  type Timeout,
  timeout,
} from '@bight/loop-core';
import {
  asAsync,
  asGenerator,
  type Code,
  combine,
  Failure,
  failuresIn,
  isOurs,
  onlyOurs,
  same,
} from './cancellation-code.js';
import { CancellationModel, type Frame, type Request } from './cancellation-model.js';
import type { Action, Branch, CancellationProgram, Statement } from './cancellation-program.js';
import { foreignTurn, type Gate, gate } from './foreign.js';

// After its actions a program has this many turns to end; each of them ends all waits.
const TURNS_TO_END = 300;

/** Runs one program, and notes where it contradicts the model. */
export class CancellationMachine {
  readonly #model = new CancellationModel();
  readonly #program: CancellationProgram;
  readonly #loop: CoreEventLoop;
  readonly #gates: Gate<unknown>[] = [];
  readonly #futures: Future<undefined>[] = [];
  readonly #tasks: { task: Task<unknown>; frame: Frame }[] = [];
  readonly #timeouts: { limit: Timeout; frame: Frame }[] = [];
  readonly #scopes: { scope: CancelScope; frame: Frame }[] = [];
  readonly #groups: { group: TaskGroup; frame: Frame }[] = [];
  #functions = 0;
  #failures = 0;

  constructor(program: CancellationProgram, loop: CoreEventLoop) {
    this.#program = program;
    this.#loop = loop;
  }

  /** Where the program contradicts the model. */
  get violations(): readonly string[] {
    return this.#model.violations;
  }

  /** Runs the program to its end, inside of the loop. */
  async run(): Promise<void> {
    const tasks = this.#program.tasks.map((body) => this.#makeTask(null, body, (coro) => createTask(coro)));
    for (const action of this.#program.actions) {
      await foreignTurn();
      await this.#inPlace(action, () => this.#act(action));
      await foreignTurn();
    }
    for (let turn = 0; turn < TURNS_TO_END && this.#tasks.some(({ task }) => !task.done()); turn++) {
      await this.#endOneWait();
    }
    for (const { task } of this.#tasks) if (!task.done()) this.#model.complain('a task never ends');
    await Promise.allSettled(tasks.filter((task) => task.done()));
    // What helpers have left behind.
    for (let turn = 0; turn < 4 || this.#gates.length + this.#futures.length > 0; turn++)
      await this.#endOneWait();
  }

  /** In a turn of its own: code that a foreign promise resumes while a signal is aborted counts as reached by that. */
  async #endOneWait(): Promise<void> {
    this.#gates.shift()?.open();
    await foreignTurn();
    const future = this.#futures.shift();
    if (future?.done() === false) future.setResult(undefined);
    await foreignTurn();
  }

  async #inPlace({ in: place }: Action, act: () => void): Promise<void> {
    const step = (): void => {
      this.#model.isDriving = true;
      try {
        act();
      } finally {
        this.#model.isDriving = false;
      }
    };
    if (place === 'loop') await new Promise<void>((resolve) => this.#loop.callSoon(() => resolve(step())));
    else step();
  }

  #act({ what, which }: Action): void {
    const pick = <T>(from: readonly T[]): T | undefined => from[which % (from.length || 1)];
    if (what === 'cancel') pick(this.#tasks.filter(({ task }) => !task.done()))?.task.cancel();
    else if (what === 'open') {
      const one = pick(this.#gates);
      if (one === undefined) return;
      this.#gates.splice(this.#gates.indexOf(one), 1);
      one.open();
    } else if (what === 'resolve') {
      const one = pick(this.#futures);
      if (one === undefined) return;
      this.#futures.splice(this.#futures.indexOf(one), 1);
      if (!one.done()) one.setResult(undefined);
    } else if (what === 'expire') {
      const open = pick(this.#timeouts.filter(({ frame, limit }) => !frame.isOver && !limit.expired()));
      open?.limit.reschedule(this.#loop.time());
    } else if (what === 'cancelScope') {
      const open = pick(this.#scopes.filter(({ frame }) => !frame.isOver));
      if (open === undefined) return;
      this.#cancelForGood(open.frame);
      open.scope.cancel();
    } else {
      const open = pick(this.#groups.filter(({ frame }) => !frame.isOver));
      if (open === undefined) return;
      this.#cancelForGood(open.frame);
      open.group.cancel();
    }
  }

  /**
   * Code that nothing awaits may be left behind: the children of its groups then meet the cancel when the scope is
   * over.
   */
  #cancelForGood(scope: Frame): void {
    scope.isCancelled = true;
    for (const { frame } of this.#tasks)
      if (this.#model.isReachedFrom(frame, scope)) this.#model.allow(frame);
  }

  #makeTask<T>(
    parent: Frame | null,
    body: Statement[],
    make: (coro: () => PromiseLike<void> & Generator<unknown, void, unknown>) => T,
  ): T {
    const frame = this.#model.frame('task', parent);
    const made = make((() => {
      const task = currentTask() as Task<unknown>;
      this.#adopt(task, frame);
      return this.#styled(this.#taskCode(frame, task, body));
    }) as never);
    if (made instanceof Future && 'getCoro' in made) this.#adopt(made as unknown as Task<unknown>, frame);
    return made;
  }

  #adopt(task: Task<unknown>, frame: Frame): void {
    if (this.#tasks.some((one) => one.task === task)) return;
    this.#tasks.push({ task, frame });
    frame.signal = () => task.signal;
    const cancel = task.cancel;
    task.cancel = (message) => {
      const isAccepted = cancel.call(task, message);
      if (isAccepted) {
        frame.cancels++;
        this.#model.request(frame);
      }
      return isAccepted;
    };
    task.addDoneCallback(() => {
      frame.isOver = true;
      // An error of its own is its end, as in CPython, whatever was still to come.
      if (task.cancelled() || task.exception() !== null) return;
      // Code that resumes in the microtasks in which one of its signals is aborted counts as having met the cancel.
      const isLost = ({ isSeen, isClean, isOptional }: Request): boolean =>
        !isSeen && !isOptional && (isClean || !frame.readsSignal);
      if (frame.requests.some(isLost)) this.#model.complain('a task ends, and its cancel is lost');
    });
  }

  *#taskCode(frame: Frame, task: Task<unknown>, body: Statement[]): Code {
    try {
      yield* this.#block(frame, body);
    } catch (error) {
      if (!isOurs(error)) {
        if (frame.parent !== null) this.#model.allow(frame.parent);
      }
      throw error;
    } finally {
      frame.isLeft = true;
      if (!frame.hasHelpers && task.cancelling() !== frame.cancels) {
        this.#model.complain(`cancelling() is ${task.cancelling()} instead of ${frame.cancels}`);
      }
    }
  }

  /** A function of the program, as an async function or as a generator function. */
  #styled(code: Code): PromiseLike<void> | Generator<unknown, void, unknown> {
    const { style } = this.#program;
    const isGenerator = style === 'generator' || (style === 'mixed' && this.#functions++ % 2 === 0);
    return isGenerator ? asGenerator(code) : asAsync(code);
  }

  *#own(frame: Frame, future: Future<unknown>): Code {
    const wasCancelled = this.#model.isLevelCancelled(frame);
    const owedBefore = this.#model.owed(frame);
    try {
      yield { kind: 'own', value: future };
    } catch (error) {
      if (isOurs(error)) this.#model.noteSeen(frame);
      throw error;
    }
    if (!this.#model.isReachable(frame)) return;
    if (wasCancelled && this.#model.isLevelCancelled(frame))
      this.#model.complain('a wait in a cancelled scope comes through');
    // A generator has met the cancel where it stands, and has not waited for the async functions that it has called.
    if (
      this.#program.style !== 'async' &&
      [...this.#model.around(frame)].some(({ kind }) => kind === 'helper')
    )
      return;
    if (this.#model.owed(frame).some((one) => one.isClean || owedBefore.includes(one))) {
      this.#model.complain('a wait comes through, although a cancel is pending');
    }
  }

  *#foreign(frame: Frame, kind: 'foreign' | 'mixed', value: PromiseLike<unknown>): Code {
    frame.root.foreignWaits++;
    try {
      const results = yield { kind, value };
      // allSettled() gives the error to the code as a value.
      if (Array.isArray(results) && results.some((one) => isOurs(one?.reason))) this.#model.noteSeen(frame);
    } catch (error) {
      if (isOurs(error)) this.#model.noteSeen(frame);
      else if (error instanceof AggregateError && error.errors.some(isOurs))
        this.#model.noteLeft(frame, error.errors.find(isOurs));
      throw error;
    } finally {
      frame.root.foreignWaits++;
    }
  }

  #future(): Future<undefined> {
    const future = new Future<undefined>({ loop: this.#loop });
    this.#futures.push(future);
    return future;
  }

  #gate(): Promise<unknown> {
    const one = gate<unknown>();
    this.#gates.push(one);
    return one.promise;
  }

  *#block(frame: Frame, body: Statement[]): Code {
    for (const statement of body) yield* this.#do(frame, statement);
  }

  *#do(frame: Frame, statement: Statement): Code {
    switch (statement.op) {
      case 'own':
        return yield* this.#own(frame, this.#future());
      case 'turn':
        return yield* this.#own(frame, sleep(0));
      case 'foreign':
        return yield* this.#foreign(frame, 'foreign', this.#gate());
      case 'microtasks':
        for (let left = statement.count; left > 0; left--) {
          yield* this.#foreign(frame, 'foreign', Promise.resolve());
        }
        return;
      case 'note':
        this.#signalOf(frame)?.addEventListener('abort', () => {});
        return;
      case 'abort':
        return yield* this.#abortable(frame);
      case 'fail':
        throw new Failure(this.#failures++);
      case 'cancelSelf':
        currentTask()?.cancel();
        return;
      case 'combine': {
        frame.root.hasHelpers = true;
        const branches = statement.branches.map((branch) => this.#branch(frame, branch));
        return yield* this.#foreign(frame, 'mixed', combine(statement.how, branches));
      }
      case 'abandon': {
        const future = this.#future();
        frame.root.foreignWaits++;
        if (statement.how === 'catch') void future.catch(() => {});
        else if (statement.how === 'then') void future.then(undefined, () => {});
        else void Promise.allSettled([future]);
        return;
      }
      case 'call':
        // Behind the future that a generator waits for, an async function runs on when that future is cancelled.
        if (this.#program.style !== 'async') frame.root.hasHelpers = true;
        return yield* this.#call(frame, statement.body);
      case 'helper':
        frame.root.hasHelpers = true;
        void onlyOurs(asAsync(this.#block(this.#model.frame('helper', frame), statement.body)));
        return;
      case 'host':
        frame.root.hasHelpers = true;
        // Node runs the loop before the microtasks of this callback: a turn of the loop is over before it is awaited.
        setImmediate(
          () =>
            void onlyOurs(
              asAsync(
                this.#block(this.#model.frame('helper', frame), [
                  { op: 'microtasks', count: 1 },
                  ...statement.body,
                ]),
              ),
            ),
        );
        return;
      case 'try':
        return yield* this.#try(frame, statement);
      case 'timeout':
        return yield* this.#timeout(frame, statement.body);
      case 'scope':
      case 'shielded':
        return yield* this.#scope(frame, statement.body, statement.op === 'shielded');
      case 'group':
        return yield* this.#group(frame, statement.body, statement.children);
      default:
        return yield* this.#gather(frame, [statement.body, ...statement.children]);
    }
  }

  *#call(frame: Frame, body: Statement[]): Code {
    try {
      yield { kind: 'mixed', value: asAsync(this.#block(this.#model.frame('helper', frame), body)) };
    } catch (error) {
      this.#model.noteLeft(frame, error);
      throw error;
    }
  }

  *#try(frame: Frame, { body, how, cleanup }: Statement & { op: 'try' }): Code {
    try {
      yield* this.#block(frame, body);
    } catch (error) {
      if (how === 'rethrow' || !(isOurs(error) || error instanceof TimeoutError)) throw error;
      const task = currentTask();
      if (how === 'uncancel' && task !== null && frame === frame.root && frame.cancels > 0) {
        task.uncancel();
        frame.cancels--;
        if (frame.cancels === 0) for (const one of frame.requests) one.isSeen = true;
      }
    } finally {
      yield* this.#block(frame, cleanup);
    }
  }

  *#timeout(outer: Frame, body: Statement[]): Code {
    const frame = this.#model.frame('timeout', outer);
    const limit = timeout(3600);
    const reschedule = limit.reschedule;
    limit.reschedule = (when) => {
      // It expires in a turn of its own; from then on the code has to meet it.
      this.#model.allow(frame);
      const request = frame.requests.at(-1) as Request;
      reschedule.call(limit, when);
      this.#loop.callSoon(() => {
        request.isOptional = !limit.expired();
      });
    };
    this.#timeouts.push({ limit, frame });
    let ended: unknown = null;
    try {
      yield {
        kind: 'block',
        value: limit.run(
          () => this.#styled(this.#ending(frame, body, (how) => (ended = how))) as Promise<void>,
        ),
      };
    } catch (error) {
      if (error instanceof TimeoutError && error !== ended && !(limit.expired() && isOurs(ended))) {
        this.#model.complain('a TimeoutError without a reason');
      }
      this.#model.noteLeft(outer, error);
      throw error;
    } finally {
      frame.isOver = true;
    }
    if (ended !== null) this.#model.complain('a time limit swallows an error');
  }

  *#scope(outer: Frame, body: Statement[], shield: boolean): Code {
    const frame = this.#model.frame('scope', outer, shield);
    const scope = new CancelScope({ shield });
    this.#scopes.push({ scope, frame });
    let ended: unknown = null;
    try {
      yield {
        kind: 'block',
        value: scope.run(
          () => this.#styled(this.#ending(frame, body, (how) => (ended = how))) as Promise<void>,
        ),
      };
    } catch (error) {
      if (isOurs(error) && !isOurs(ended)) this.#model.complain('a scope throws a CancelledError of its own');
      if (scope.cancelledCaught) this.#model.complain('a scope catches and throws');
      this.#model.noteLeft(outer, error);
      throw error;
    } finally {
      frame.isOver = true;
    }
    if (
      ended === null ? scope.cancelledCaught : !(scope.cancelledCaught && isOurs(ended) && scope.cancelCalled)
    ) {
      this.#model.complain('a scope swallows what is not its own');
    }
    if (ended !== null && !shield && this.#model.isLevelCancelled(outer))
      this.#model.complain('an inner scope catches');
  }

  *#group(outer: Frame, body: Statement[], children: Statement[][]): Code {
    outer.root.hasHelpers = true;
    const frame = this.#model.frame('group', outer);
    const failed: number[] = [];
    const made: Task<unknown>[] = [];
    const run = TaskGroup.run((group) => {
      this.#groups.push({ group, frame });
      for (const child of children) {
        made.push(this.#makeTask(frame, child, (coro) => group.createTask(coro)) as never);
      }
      return this.#styled(
        this.#ending(frame, body, (how) => how instanceof Failure && failed.push(how.id)),
      ) as Promise<void>;
    });
    frame.hasEnded = () => run.done();
    let ended: unknown = null;
    try {
      yield { kind: 'block', value: run };
    } catch (error) {
      ended = error;
      this.#model.noteLeft(outer, error);
      throw error;
    } finally {
      if (run.done()) {
        frame.isOver = true;
        for (const child of made) {
          if (!child.done()) this.#model.complain('a child outlives its group');
          else if (!child.cancelled() && child.exception() instanceof Failure)
            failed.push((child.exception() as never as Failure).id);
        }
        const found = failuresIn(ended);
        if (failed.some((id) => !found.has(id))) this.#model.complain('a group loses an error');
      }
    }
  }

  *#gather(frame: Frame, children: Statement[][]): Code {
    frame.root.hasHelpers = true;
    try {
      yield { kind: 'block', value: gather(children.map((body) => this.#makeTask(null, body, same))) };
    } catch (error) {
      // A child was cancelled, by itself or on account of this code.
      if (isOurs(error)) this.#model.allow(frame.root);
      // The cancel of this code was passed on to the children: their outcome is the outcome of the cancel, as in
      // CPython.
      this.#model.notePassedOn(frame);
      throw error;
    }
  }

  /** Notes how the code of a block ends; what is left behind of it can then be reached no more. */
  *#ending(frame: Frame, body: Statement[], note: (how: unknown) => void): Code {
    try {
      yield* this.#block(frame, body);
    } catch (error) {
      note(error);
      throw error;
    } finally {
      frame.isLeft = true;
      if (frame.kind !== 'group') frame.isOver = true;
    }
  }

  #branch(frame: Frame, branch: Branch): PromiseLike<unknown> {
    if (branch.op === 'own') return this.#future();
    if (branch.op === 'foreign') return this.#gate();
    return asAsync(this.#block(this.#model.frame('helper', frame), branch.body));
  }

  #signalOf({ root }: Frame): AbortSignal | undefined {
    root.readsSignal = true;
    return root.signal?.();
  }

  /** What an API with an AbortSignal does: it rejects with an error of its own when the signal is aborted. */
  *#abortable(frame: Frame): Code {
    const signal = this.#signalOf(frame);
    const one = gate<unknown>();
    this.#gates.push(one);
    const abort = (): void => {
      one.fail(Object.assign(new Error('aborted', { cause: signal?.reason }), { name: 'AbortError' }));
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort);
    frame.root.foreignWaits++;
    try {
      yield { kind: 'foreign', value: one.promise };
    } catch (error) {
      if (isOurs(error)) this.#model.noteSeen(frame);
      throw error;
    } finally {
      frame.root.foreignWaits++;
    }
  }
}
