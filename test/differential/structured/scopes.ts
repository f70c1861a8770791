import {
  CancelScope,
  CapacityLimiter,
  cancelShieldedCheckpoint,
  checkpoint,
  currentEffectiveDeadline,
  Event,
  failAfter,
  getRunningLoop,
  moveOnAfter,
  openChannel,
  sleep,
  TaskGroup,
  TimeoutError,
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

async function nested(note: Note, cancel: (outer: CancelScope, inner: CancelScope) => void): Promise<void> {
  const [outer, inner] = [new CancelScope(), new CancelScope()];
  await outer.run(async () => {
    await inner.run(async () => {
      cancel(outer, inner);
      await forever();
    });
    note('between');
    note(await outcome(checkpoint));
  });
  note([outer.cancelledCaught, inner.cancelledCaught]);
}

/** Each of scopes.py, by its name. */
export const scopes: Scenarios = {
  async body_that_catches_and_waits_again(note) {
    const scope = new CancelScope();
    await scope.run(async () => {
      scope.cancel();
      for (let n = 0; n < 3; n++) note(await outcome(forever));
    });
    note([scope.cancelCalled, scope.cancelledCaught]);
  },
  async body_that_does_not_wait(note) {
    const scope = new CancelScope();
    await scope.run(() => scope.cancel());
    note([scope.cancelCalled, scope.cancelledCaught]);
  },
  async error_of_the_body(note) {
    const scope = new CancelScope();
    try {
      await scope.run(async () => {
        scope.cancel();
        throw new Error('own');
      });
    } catch (error) {
      note((error as Error).message);
    }
    note([scope.cancelCalled, scope.cancelledCaught]);
  },
  nested_inner_first: (note) =>
    nested(note, (outer, inner) => {
      inner.cancel();
      outer.cancel();
    }),
  nested_outer_first: (note) =>
    nested(note, (outer, inner) => {
      outer.cancel();
      inner.cancel();
    }),
  nested_outer_only: (note) => nested(note, (outer) => outer.cancel()),
  nested_inner_only: (note) => nested(note, (_outer, inner) => inner.cancel()),
  async shield_keeps_out(note) {
    const outer = new CancelScope();
    await outer.run(async () => {
      outer.cancel();
      await new CancelScope({ shield: true }).run(async () => {
        note(await outcome(checkpoint));
        note(await outcome(() => sleep(0.001)));
      });
      note(await outcome(checkpoint));
    });
    note(outer.cancelledCaught);
  },
  async shielded_scope_has_its_own_cancel(note) {
    const outer = new CancelScope();
    await outer.run(async () => {
      outer.cancel();
      const inner = new CancelScope({ shield: true });
      await inner.run(async () => {
        inner.cancel();
        await forever();
      });
      note(inner.cancelledCaught);
      await checkpoint();
      note('not reached');
    });
    note(outer.cancelledCaught);
  },
  async shield_that_is_lowered(note) {
    const [outer, inner] = [new CancelScope(), new CancelScope({ shield: true })];
    await outer.run(async () => {
      await inner.run(async () => {
        outer.cancel();
        note(await outcome(checkpoint));
        inner.shield = false;
        await forever();
      });
      note('not reached');
    });
    note([outer.cancelledCaught, inner.cancelledCaught]);
  },
  async deadline_in_the_past(note) {
    const scope = moveOnAfter(0);
    await scope.run(async () => {
      note('began');
      await forever();
      note('not reached');
    });
    note([scope.cancelCalled, scope.cancelledCaught]);
  },
  async deadline_that_is_an_error(note) {
    try {
      await failAfter(0).run(forever);
    } catch (error) {
      if (error instanceof TimeoutError) note('timeout');
    }
  },
  async deadline_that_passes_behind_a_shield(note) {
    const outer = new CancelScope();
    await outer.run(async () => {
      await new CancelScope({ shield: true }).run(async () => {
        outer.deadline = getRunningLoop().time() - 1;
        note(await outcome(() => sleep(0.001)));
      });
      note(await outcome(forever));
      note(await outcome(forever));
    });
    note([outer.cancelCalled, outer.cancelledCaught]);
  },
  async deadline_that_is_moved_after_the_cancel(note) {
    const scope = new CancelScope();
    await scope.run(async () => {
      scope.deadline = getRunningLoop().time() - 1;
      note(await outcome(forever));
      scope.deadline = getRunningLoop().time() + 3600;
      note(await outcome(forever));
    });
    note([scope.cancelCalled, scope.cancelledCaught]);
  },
  async effective_deadlines(note) {
    const now = getRunningLoop().time();
    note(currentEffectiveDeadline() === Number.POSITIVE_INFINITY);
    const outer = new CancelScope({ deadline: now + 1000 });
    await outer.run(() =>
      new CancelScope({ deadline: now + 2000 }).run(async () => {
        note(currentEffectiveDeadline() === now + 1000);
        await new CancelScope({ shield: true }).run(() =>
          note(currentEffectiveDeadline() === Number.POSITIVE_INFINITY),
        );
        outer.cancel();
        note(currentEffectiveDeadline() === Number.NEGATIVE_INFINITY);
      }),
    );
  },
  async checkpoints(note) {
    const scope = new CancelScope();
    await scope.run(async () => {
      scope.cancel();
      note(await outcome(cancelShieldedCheckpoint));
      note(await outcome(checkpoint));
    });
  },
  async event_that_is_set(note) {
    const event = new Event();
    event.set();
    await new CancelScope().run(async (scope) => {
      note(await outcome(() => event.wait()));
      scope.cancel();
      note(await outcome(() => event.wait()));
    });
  },
  async group_that_is_cancelled(note) {
    const ended: string[] = [];
    const child = async () => {
      ended.push(await outcome(forever));
      ended.push(await outcome(forever));
    };
    let scope: CancelScope | undefined;
    await TaskGroup.run(async (group) => {
      scope = group.scope;
      group.createTask(child);
      group.createTask(child);
      await checkpoint();
      await checkpoint();
      group.cancel();
      note(await outcome(forever));
      note(await outcome(forever));
    });
    note(ended);
    note(scope?.cancelCalled);
  },
  async child_of_a_cancelled_group(note) {
    const ended: string[] = [];
    await TaskGroup.run(async (group) => {
      group.cancel();
      group.createTask(async () => {
        ended.push('began');
        ended.push(await outcome(forever));
      });
    });
    note(ended);
  },
  async child_under_a_scope_around_the_group(note) {
    const ended: string[] = [];
    const scope = new CancelScope();
    let own: CancelScope | undefined;
    await scope.run(() =>
      TaskGroup.run(async (group) => {
        own = group.scope;
        group.createTask(async () => {
          ended.push(await outcome(forever));
          await new CancelScope({ shield: true }).run(async () => ended.push(await outcome(checkpoint)));
        });
        await checkpoint();
        await checkpoint();
        scope.cancel();
      }),
    );
    note([ended, scope.cancelledCaught, own?.cancelledCaught]);
  },
  async group_start(note) {
    const ended: string[] = [];
    await TaskGroup.run(async (group) => {
      const value = await group.start<number>(async (started) => {
        started(80);
        await checkpoint();
        await checkpoint();
        ended.push('child ends');
      });
      note(value);
    });
    note(ended);
  },
  async group_start_that_fails(note) {
    await TaskGroup.run(async (group) => {
      const early = async () => {
        await checkpoint();
        throw new Error('early');
      };
      try {
        await group.start(early);
      } catch (error) {
        note((error as Error).message);
      }
      note(await outcome(() => group.start(() => checkpoint())));
      note(await outcome(checkpoint));
    });
  },
  async group_start_that_is_cancelled(note) {
    await TaskGroup.run(async (group) => {
      const inner = moveOnAfter(0.01);
      await inner.run(() => group.start(async () => note(await outcome(forever))));
      note(inner.cancelledCaught);
      note(await outcome(checkpoint));
    });
  },
  async limiter(note) {
    const tokens = new CapacityLimiter(1);
    await new CancelScope().run(async (scope) => {
      scope.cancel();
      note(await outcome(() => tokens.acquire()));
    });
    note(tokens.borrowedTokens);
    await tokens.acquire();
    note(await outcome(() => tokens.acquire()));
    note(tokens.availableTokens);
    tokens.release();
    note(await outcome(() => tokens.release()));
  },
  async channel(note) {
    const [sender, receiver] = openChannel<number>({ maxBuffer: 1 });
    const cancelled = (wait: () => unknown) =>
      new CancelScope().run(async (scope) => {
        scope.cancel();
        note(await outcome(wait));
      });
    note(await outcome(() => receiver.receiveNowait()));
    await cancelled(() => sender.send(1));
    note(await outcome(() => receiver.receiveNowait()));
    await sender.send(2);
    note(await outcome(() => sender.sendNowait(3)));
    await cancelled(() => receiver.receive());
    note(await receiver.receive());
    await sender.send(4);
    sender.close();
    note(await outcome(() => sender.send(5)));
    note(await receiver.receive());
    note(await outcome(() => receiver.receive()));
    const [lonely, closed] = openChannel<number>({ maxBuffer: 1 });
    closed.close();
    note(await outcome(() => lonely.send(1)));
    note(await outcome(() => closed.receive()));
    lonely.close();
  },
};
