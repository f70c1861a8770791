import { lookAtMainThread } from './main-thread.js';
import { ThreadLink, threadOf } from './thread-link.js';

/** All threads of the process that have loops, as the serving thread sees them. */
export class LoopsLink {
  #pid;
  #threads = new Map();

  constructor(pid) {
    this.#pid = pid;
  }

  /** Adds a thread, as it has introduced itself. */
  add(introduction) {
    const link = new ThreadLink(introduction, () => {
      if (this.#threads.get(introduction.thread) === link) this.#threads.delete(introduction.thread);
    });
    this.#threads.set(introduction.thread, link);
  }

  /**
   * What is in the loops; of a thread that is blocked, what was last known, for how long, and where.
   *
   * @param wanted - which tasks, see `TaskRequest`
   */
  async snapshot({ loop, after, limit }) {
    const links = loop === null ? this.#all() : [this.#threads.get(threadOf(loop))].filter(Boolean);
    const loops = await Promise.all(links.map((link) => link.snapshot({ loop, after, limit }, lookAt(link))));
    return { pid: this.#pid, loops: loops.flat() };
  }

  /** How much there is in the loops; of a thread that is blocked, how much there was, and for how long. */
  async counts() {
    const loops = await Promise.all(this.#all().map((link) => link.counts(lookAt(link))));
    return { pid: this.#pid, loops: loops.flat() };
  }

  /** Which functions take how long, and the steps since a moment: **milliseconds** of the wall clock. */
  async profile(since) {
    const until = Date.now();
    const loops = await Promise.all(this.#all().map((link) => link.profile(since, until)));
    return { until, loops: loops.flat() };
  }

  /** Cancels a task. `null` when it is not known yet whether there is one. */
  async cancel(task) {
    const link = this.#threads.get(threadOf(task));
    return link === undefined ? false : await link.cancel(task);
  }

  /** Records a trace. */
  async trace(seconds, whenLag, loop) {
    const link = loop === null ? this.#all()[0] : this.#threads.get(threadOf(loop));
    if (link === undefined) throw new Error('there is no such loop');
    return await link.trace(seconds, whenLag, loop);
  }

  #all() {
    return [...this.#threads.values()];
  }
}

/** Returns the function that inspects the thread of a link while it runs, where that is possible. */
function lookAt({ thread }) {
  return async (call) => (thread === 0 ? await lookAtMainThread(call) : null);
}
