import {
  CancelScope,
  Condition,
  checkpoint,
  createTask,
  Event,
  gather,
  getRunningLoop,
  Lock,
  moveOnAfter,
  openChannel,
  Queue,
  Semaphore,
  StreamReader,
  shield,
  sleep,
  TaskGroup,
  TimeoutError,
  timeout,
  toThread,
  wait,
  waitFor,
} from 'bight';
import { type Note, nameOf, type Scenarios } from './outcome.js';

/** 'done', 'cancelled', or the class of what came out of a wait, or of a call that need not wait. */
async function outcome(wait: () => unknown): Promise<string> {
  try {
    const waiting = wait();
    if (typeof waiting === 'object' && waiting !== null) await waiting;
    return 'done';
  } catch (error) {
    return nameOf(error);
  }
}

const forever = () => sleep(3600);

/** What comes out of a wait in a scope that is cancelled before it. */
async function cancelled(wait: () => unknown): Promise<string> {
  let found = '';
  await new CancelScope().run(async (scope) => {
    scope.cancel();
    found = await outcome(wait);
  });
  return found;
}

/** What comes out of a wait in a scope that is cancelled during it. */
async function interrupted(wait: () => unknown): Promise<string> {
  let found = '';
  const scope = new CancelScope();
  await TaskGroup.run(async (group) => {
    group.createTask(async () => {
      await scope.run(async () => {
        found = await outcome(wait);
      });
    });
    await turns(3);
    scope.cancel();
  });
  return found;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await checkpoint();
}

/** The cancel of a task and that of a scope in one turn. */
async function cancelBoth(note: Note, order: readonly ('task' | 'scope')[]): Promise<void> {
  const scope = new CancelScope();
  const task = createTask(async () => {
    await scope.run(forever);
  });
  await turns(3);
  for (const what of order) {
    if (what === 'task') task.cancel();
    else scope.cancel();
  }
  await wait([task]);
  note([task.cancelled(), scope.cancelCalled]);
}

/** Each of waits.py, by its name. */
export const waits: Scenarios = {
  async lock_that_is_free(note) {
    const lock = new Lock();
    note(await cancelled(() => lock.acquire()));
    note(lock.locked());
  },
  async lock_that_is_held(note) {
    const lock = new Lock();
    await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        await lock.acquire();
        await turns(6);
        lock.release();
      });
      await turns(2);
      note(await interrupted(() => lock.acquire()));
      await lock.acquire();
      note('handed on');
      lock.release();
    });
  },
  async event_and_semaphore(note) {
    note(await interrupted(() => new Event().wait()));
    const semaphore = new Semaphore({ value: 1 });
    const free = () => (semaphore.locked() ? 0 : 1);
    note(await cancelled(() => semaphore.acquire()));
    note(free());
    await semaphore.acquire();
    note(await interrupted(() => semaphore.acquire()));
    semaphore.release();
    note(free());
  },
  async condition(note) {
    const condition = new Condition();
    const waiting = async () => {
      await condition.acquire();
      try {
        await condition.wait();
      } finally {
        // The lock is taken again, whatever is cancelled.
        note(condition.locked());
        condition.release();
      }
    };
    note(await interrupted(waiting));
    note(condition.locked());
  },
  async channel_that_is_waited_at(note) {
    const [sender, receiver] = openChannel<string>();
    note(await interrupted(() => receiver.receive()));
    note(await interrupted(() => sender.send('never')));
    await TaskGroup.run(async (group) => {
      group.createTask(async () => await sender.send('value'));
      note(await receiver.receive());
    });
  },
  async thread(note) {
    note(await cancelled(() => toThread(() => 1)));
  },
  async deadline_that_is_moved_earlier(note) {
    await TaskGroup.run(async (group) => {
      const scope = new CancelScope({ deadline: getRunningLoop().time() + 3600 });
      group.createTask(async () => {
        await turns(2);
        scope.deadline = getRunningLoop().time();
      });
      await scope.run(() => sleep(7200));
      note(scope.cancelCalled);
    });
  },
  async deadline_that_is_moved_later(note) {
    const scope = new CancelScope({ deadline: getRunningLoop().time() + 0.05 });
    await scope.run(async () => {
      scope.deadline += 3600;
      note(await outcome(() => sleep(0.1)));
    });
    note(scope.cancelCalled);
  },
  async deadline_that_is_moved_into_the_past(note) {
    const scope = new CancelScope();
    await scope.run(async () => {
      note(await outcome(checkpoint));
      scope.deadline = getRunningLoop().time() - 3600;
      note(await outcome(forever));
    });
    note(scope.cancelCalled);
  },
  async scope_in_a_clean_up(note) {
    const outer = new CancelScope();
    await outer.run(async () => {
      try {
        outer.cancel();
        await forever();
      } finally {
        await new CancelScope({ shield: true }).run(async () => {
          const inner = moveOnAfter(0.001);
          await inner.run(forever);
          note(inner.cancelCalled);
          note(await outcome(checkpoint));
        });
        note(await outcome(checkpoint));
      }
    });
  },
  async group_in_a_scope_in_a_group(note) {
    await TaskGroup.run(async (outer) => {
      outer.createTask(async () => await turns(1));
      const scope = new CancelScope();
      await scope.run(async () => {
        await TaskGroup.run(async (inner) => {
          inner.createTask(async () => {
            note(await outcome(forever));
          });
          await turns(2);
          scope.cancel();
          note(await outcome(forever));
        });
      });
      note(await outcome(checkpoint));
    });
  },
  task_is_cancelled_and_then_the_scope: (note) => cancelBoth(note, ['task', 'scope']),
  scope_is_cancelled_and_then_the_task: (note) => cancelBoth(note, ['scope', 'task']),
  async gathered(note) {
    const child = async () => {
      note(await outcome(forever));
    };
    note(await interrupted(() => gather([child, child])));
  },
  async shielded_future(note) {
    const inner = getRunningLoop().createFuture<string>();
    note(await interrupted(() => shield(inner)));
    inner.setResult('goes on');
    note(await inner);
  },
  async waited_for(note) {
    const child = async () => {
      note(await outcome(forever));
    };
    note(await interrupted(() => waitFor(child, 3600)));
    try {
      await new CancelScope().run(() => waitFor(forever(), 0.001));
    } catch (error) {
      if (error instanceof TimeoutError) note('timeout');
    }
  },
  async time_limit(note) {
    note(await interrupted(() => timeout(3600).run(forever)));
    try {
      await new CancelScope().run(() => timeout(0.001).run(forever));
    } catch (error) {
      if (error instanceof TimeoutError) note('timeout');
    }
    note(await outcome(() => sleep(0)));
  },
  async queue(note) {
    const items = new Queue<number>({ maxsize: 1 });
    note(await interrupted(() => items.get()));
    items.putNowait(1);
    note(await interrupted(() => items.put(2)));
    note(await items.get());
    note(items.qsize());
  },
  async stream(note) {
    const reader = new StreamReader();
    note(await interrupted(() => reader.readline()));
    reader.feedData(Buffer.from('half a '));
    note(await interrupted(() => reader.readline()));
    reader.feedData(Buffer.from('line\n'));
    note((await reader.readline()).toString());
  },
  async executor(note) {
    const loop = getRunningLoop();
    const pause = () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    };
    note(await interrupted(() => loop.runInExecutor(null, pause)));
  },
};
