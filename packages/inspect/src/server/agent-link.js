import { stackOfMainThread } from './main-thread-stack.js';

/** Whatever does not answer for so long is blocked. */
const ANSWER_MS = 250;

/** The thread of the loops, as the serving thread sees it. */
export class AgentLink {
  #port;
  #busySince;
  #pid;
  #requests = 0;
  #waiting = new Map();
  #last = { loops: [], slots: {} };

  constructor(port, shared, pid) {
    this.#port = port;
    this.#busySince = new Float64Array(shared);
    this.#pid = pid;
    port.on('message', (message) => {
      if (message.type === 'snapshot') {
        this.#last = message.snapshot;
        return;
      }
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      waiting?.(message);
    });
  }

  /** What is in the loops; of a thread that is blocked, what was last known, for how long, and where. */
  async snapshot() {
    const asked = Date.now();
    const answer = await this.#ask({ type: 'snapshot' }, ANSWER_MS);
    if (answer !== null) {
      this.#last = answer.value;
      return { pid: this.#pid, loops: answer.value.loops.map((loop) => ({ ...loop, blockedFor: 0 })) };
    }
    const stack = await stackOfMainThread();
    const now = Date.now();
    const loops = this.#last.loops.map((loop) => {
      const since = this.#busySince[this.#last.slots[loop.id]] || asked;
      return { ...loop, blockedFor: (now - since) / 1000, blockedStack: stack };
    });
    return { pid: this.#pid, loops };
  }

  /** Cancels a task. `null` when it is not known yet whether there is one. */
  async cancel(task) {
    const answer = await this.#ask({ type: 'cancel', task }, 2000);
    return answer === null ? null : answer.value;
  }

  /** Records a trace. */
  async trace(seconds, whenLag) {
    const answer = await this.#ask({ type: 'trace', seconds, whenLag }, seconds * 1000 + 10_000);
    if (answer === null) throw new Error('the loop is blocked');
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }

  /** Asks, and gives the answer; `null` when none comes in time. */
  #ask(request, milliseconds) {
    const id = ++this.#requests;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        // A late answer to a cancel is of no use, and that of a snapshot neither.
        this.#waiting.delete(id);
        resolve(null);
      }, milliseconds);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#port.postMessage({ id, ...request });
    });
  }
}
