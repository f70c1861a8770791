// bight's Runner and run() in Python's hands: the policy, the main task, async generators and executors are Python's.
import { encode } from './encoding.mjs';
import { bight } from './environment.mjs';
import { request } from './requests.mjs';

/** The policy of Python, as bight's functions ask for it. */
class PythonPolicy extends bight.DefaultEventLoopPolicy {
  newEventLoop() {
    return request({ op: 'policy', name: 'new_event_loop', args: [] });
  }

  setEventLoop(loop) {
    request({ op: 'policy', name: 'set_event_loop', args: [encode(loop)] });
  }

  getEventLoop() {
    return request({ op: 'policy', name: 'get_event_loop', args: [] });
  }
}

// Stands in a runner for Python's coroutine, of which Python itself makes a task.
const main = function* () {};

/** Makes a loop create the main task, and shut things down, in Python's way. */
function lend(loop, { create, asyncgens, executor }) {
  const { createTask } = Object.getPrototypeOf(loop);
  loop.createTask = (coro, options) => (coro === main ? create() : createTask.call(loop, coro, options));
  loop.shutdownAsyncgens = asyncgens;
  loop.shutdownDefaultExecutor = executor;
  return loop;
}

/** bight's Runner: each of its methods takes what Python lends its loop. */
export class PythonRunner {
  #runner;

  constructor(debug, loopFactory) {
    bight.setEventLoopPolicy(new PythonPolicy());
    this.#runner = new bight.Runner({ debug, loopFactory });
  }

  getLoop() {
    return this.#runner.getLoop();
  }

  async run(hooks) {
    lend(this.getLoop(), hooks);
    return await this.#runner.run(main);
  }

  async refuse(value) {
    await this.#runner.run(value);
  }

  async close(hooks) {
    if (hooks !== null) lend(this.getLoop(), hooks);
    await this.#runner.close();
  }
}

/** bight's run(). */
export const pythonRun = {
  async run(debug, hooks) {
    class Policy extends PythonPolicy {
      newEventLoop() {
        return lend(super.newEventLoop(), hooks);
      }
    }
    bight.setEventLoopPolicy(new Policy());
    return await bight.run(main, { debug });
  },

  async refuse(value) {
    await bight.run(value);
  },
};
