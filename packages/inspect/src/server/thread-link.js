/** A thread that does not answer for this long is blocked. */
const ANSWER_MS = 250;
const CANCEL_MS = 2000;
const PROFILE_MS = 2000;
const LONGEST_DELAY_MS = 10_000;
const IDLE_MS = 2000;

/** A task or a loop of the process: its number in its thread, and the thread. */
const THREAD_FACTOR = 1e9;

/** The thread of a number. */
export function threadOf(id) {
  return Math.floor(id / THREAD_FACTOR);
}

/** One thread that has loops, as the serving thread sees it. What it numbers gets numbers that no other thread has. */
export class ThreadLink {
  thread;
  #port;
  #busySince;
  #offset;
  #requests = 0;
  #waiting = new Map();
  #last = { loops: [], slots: {} };

  /** @param ended - called when the thread is gone */
  constructor({ thread, shared, port }, ended) {
    this.thread = thread;
    this.#port = port;
    this.#busySince = new Float64Array(shared);
    this.#offset = thread * THREAD_FACTOR;
    port.on('message', (message) => {
      if (message.type === 'snapshot') {
        this.#last = message.snapshot;
        return;
      }
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      waiting?.(message);
    });
    port.on('close', () => {
      for (const answer of this.#waiting.values()) answer({ error: 'the thread has ended' });
      this.#waiting.clear();
      ended();
    });
  }

  /**
   * The loops of the thread; where it is blocked, as they were last, with how long ago that was.
   *
   * @param wanted - which tasks, see `TaskRequest`
   * @param look - inspects the thread while it runs: where it stands, and what its loops answer
   */
  async snapshot({ loop, after, limit }, look) {
    const asked = Date.now();
    const number = loop === null ? null : loop - this.#offset;
    const range = { after: Math.max(0, after - this.#offset), limit };
    const answer = await this.#ask({ type: 'snapshot', loop: number, range }, ANSWER_MS);
    if (answer?.value !== undefined) {
      if (number === null && range.after === 0) this.#last = answer.value;
      return answer.value.loops.map((one) => this.#numbered({ ...one, blockedFor: 0 }));
    }
    if (answer !== null) return [];
    const known = this.#last.loops
      .filter(({ id }) => number === null || id === number)
      .map((one) => partOf(one, range));
    // It may have been blocked before it could report anything, and what it reports of its own accord is not all.
    const isMissing = known.length === 0 || known.some(({ more, tasks }) => more > 0 && tasks.length < limit);
    const call = isMissing ? `snapshot(${JSON.stringify(range)}, ${number})` : null;
    const { stack: blockedStack = null, loops: seen = [] } = (await look(call)) ?? {};
    const blocked = this.#withBlockedFor(seen.length > 0 ? seen : known, asked);
    return blocked.map((one) => this.#numbered({ ...one, blockedStack }));
  }

  /** How much there is in the loops of the thread; where it is blocked, how much there was last. */
  async counts(look) {
    const asked = Date.now();
    const answer = await this.#ask({ type: 'counts' }, ANSWER_MS);
    if (answer?.value !== undefined) {
      this.#last = { ...this.#last, slots: answer.value.slots };
      return answer.value.loops.map((one) => this.#numbered({ ...one, blockedFor: 0 }));
    }
    if (answer !== null) return [];
    const last = this.#last.loops.map(({ tasks, more, handles, executors, queues, ...counts }) => counts);
    const known = last.length > 0 ? last : ((await look('counts()'))?.loops ?? []);
    return this.#withBlockedFor(known, asked).map((one) => this.#numbered(one));
  }

  /** Loops of this thread, which is blocked: with for how long. */
  #withBlockedFor(loops, asked) {
    const { slots } = this.#last;
    const now = Date.now();
    const earliest = Math.min(...[...this.#busySince].filter((since) => since !== 0), asked);
    return loops.map((loop) => {
      const since = slots[loop.id] === undefined ? earliest : this.#busySince[slots[loop.id]] || asked;
      return { ...loop, blockedFor: (now - since) / 1000 };
    });
  }

  /** Which functions of each loop take how long; none where the thread is blocked. */
  async profile(since, until) {
    const answer = await this.#ask({ type: 'profile', since, until }, PROFILE_MS);
    return (answer?.value ?? []).map(({ id, profile }) => ({
      id: id + this.#offset,
      ...profile,
      steps: profile.steps.map((step) => ({ ...step, task: step.task === 0 ? 0 : step.task + this.#offset })),
    }));
  }

  /** Cancels a task. `null` when it is not known yet whether there is one. */
  async cancel(task) {
    const answer = await this.#ask({ type: 'cancel', task: task - this.#offset }, CANCEL_MS);
    return answer === null ? null : answer.value === true;
  }

  /** Records a trace of one loop; by default of the first one that runs. */
  async trace(seconds, whenLag, loop) {
    const number = loop === null ? null : loop - this.#offset;
    const request = { type: 'trace', seconds, whenLag, loop: number };
    const answer = await this.#ask(request, seconds * 1000 + LONGEST_DELAY_MS);
    if (answer === null) throw new Error('the loop is blocked');
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  #numbered({ tasks, ...loop }) {
    const offset = this.#offset;
    const numbered = { ...loop, id: loop.id + offset, thread: this.thread };
    if (tasks === undefined) return numbered;
    if (offset === 0) return { ...numbered, tasks };
    return {
      ...numbered,
      tasks: tasks.map((task) => ({
        ...task,
        id: task.id + offset,
        awaitedBy: task.awaitedBy.map((id) => id + offset),
      })),
    };
  }

  /** Asks, and gives the answer; `null` when none comes in time. */
  #ask(request, milliseconds) {
    const id = ++this.#requests;
    const began = Date.now();
    return new Promise((resolve) => {
      let timer;
      const giveUp = () => {
        if (this.#isAlive(milliseconds, Date.now() - began)) {
          timer = setTimeout(giveUp, milliseconds);
          return;
        }
        // A late answer to a cancel is useless, and so is that of a snapshot.
        this.#waiting.delete(id);
        resolve(null);
      };
      timer = setTimeout(giveUp, milliseconds);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#port.postMessage({ id, ...request });
    });
  }

  /**
   * Whether a thread that has not answered for so long is about to: its loops go on, or the answer is what takes so
   * long.
   */
  #isAlive(milliseconds, waited) {
    if (waited > milliseconds + LONGEST_DELAY_MS) return false;
    if (this.#busySince[this.#busySince.length - 1] !== 0) return true;
    const slots = Object.values(this.#last.slots);
    const busy = slots.map((slot) => this.#busySince[slot]).filter((since) => since !== 0);
    // Its loops wait for events: something else keeps it, or there are too few processors.
    if (busy.length === 0) return slots.length > 0 && waited < milliseconds + IDLE_MS;
    return busy.every((since) => Date.now() - since < milliseconds);
  }
}

/** What was known of a loop, as far as it is wanted. */
function partOf(loop, { after, limit }) {
  const behind = loop.tasks.filter(({ id }) => id > after);
  const tasks = behind.slice(0, limit);
  return { ...loop, tasks, more: loop.more + behind.length - tasks.length };
}
