import { expect, test } from '@jest/globals';
import {
  CancelledError,
  CancelScope,
  type ChannelReceiver,
  type ChannelSender,
  CoreEventLoop,
  createTask,
  openChannel,
  sleep,
} from 'bight';
import { runsOf, testSeed } from '../../../../test/support/extent.js';
import { randomNumbers } from '../../../../test/support/random-numbers.js';
import { runInLoop } from '../../../../test/support/run-in-loop.js';

// Random programs of senders and receivers that are cloned, closed and cancelled at every step, by their tasks and by
// scopes, against what a channel promises: nothing lost, nothing doubled, the order of each sender kept; a cancelled
// call has done nothing.

interface Item {
  readonly sender: number;
  readonly number: number;
}

/** The outcome of a program. */
class Record {
  readonly sent: Item[] = [];
  readonly refused: Item[] = [];
  readonly received: Item[] = [];
  /**
   * What each receiver got: which of two is resumed first is not promised, after one was handed an item and the other
   * found one.
   */
  readonly byReceiver = new Map<object, Item[]>();
  /** Whether all receivers were closed at some time, so that the buffer was dropped. */
  isDropped = false;

  receive(receiver: object, item: Item): void {
    this.received.push(item);
    const own = this.byReceiver.get(receiver) ?? [];
    own.push(item);
    this.byReceiver.set(receiver, own);
  }

  problems(maxBuffer: number): string[] {
    const found: string[] = [];
    const count = new Map<Item, number>();
    for (const item of this.received) count.set(item, (count.get(item) ?? 0) + 1);
    for (const [item, times] of count) if (times > 1) found.push(`${show(item)} was received ${times} times`);
    for (const item of this.refused)
      if (count.has(item)) found.push(`${show(item)} was received, and its send failed`);
    const lost = this.sent.filter((item) => !count.has(item));
    if (lost.length > (this.isDropped ? maxBuffer : 0)) found.push(`lost: ${lost.map(show).join(', ')}`);
    const known = new Set([...this.sent, ...this.refused]);
    for (const item of count.keys())
      if (!known.has(item)) found.push(`the send of ${show(item)} did not end`);
    for (const own of this.byReceiver.values()) {
      const last = new Map<number, number>();
      for (const { sender, number } of own) {
        const before = last.get(sender);
        if (before !== undefined && number < before)
          found.push(`${sender}:${number} came after ${sender}:${before}`);
        last.set(sender, number);
      }
    }
    return found;
  }
}

function show({ sender, number }: Item): string {
  return `${sender}:${number}`;
}

/** A call of a task that may be cancelled: by its task, or by a scope of its own. */
interface Worker {
  readonly task: { cancel(): boolean; done(): boolean };
  scope: CancelScope | null;
}

type Form = 'async' | 'generator';

test.each<{ form: Form }>([{ form: 'async' }, { form: 'generator' }])(
  'random programs lose and double nothing, and keep the order of each sender ($form functions)',
  async ({ form }) => {
    const runs = runsOf(5000, 60);
    for (let run = 0; run < runs; run++) {
      const seed = testSeed + run;
      const { problems, waiting } = await runInLoop(CoreEventLoop, () => program(seed, form));
      expect({ seed, problems, waiting }).toEqual({ seed, problems: [], waiting: 0 });
    }
  },
);

test('the check finds what is lost, doubled, out of order, or sent in spite of a cancel', () => {
  const items = [0, 1, 2].map((number): Item => ({ sender: 1, number }));
  const [first, second, third] = items as [Item, Item, Item];
  const record = new Record();
  record.sent.push(first, second);
  record.refused.push(third);
  for (const item of [second, first, first, third]) record.receive(record, item);
  expect(record.problems(0)).toEqual([
    '1:0 was received 2 times',
    '1:2 was received, and its send failed',
    '1:0 came after 1:1',
  ]);
  record.received.length = 0;
  record.byReceiver.clear();
  expect(record.problems(0)).toEqual(['lost: 1:0, 1:1']);
});

async function program(seed: number, form: Form): Promise<{ problems: string[]; waiting: number }> {
  const random = randomNumbers(seed);
  const maxBuffer = [0, 0, 1, 2, Number.POSITIVE_INFINITY][random(5)] as number;
  const [sender, receiver] = openChannel<Item>({ maxBuffer });
  const record = new Record();
  const senders = clones(sender, 1 + random(3));
  const receivers = clones(receiver, 1 + random(3));
  let openReceivers = receivers.length;
  const closeReceiver = (end: ChannelReceiver<Item>): void => {
    if (!closed.has(end) && --openReceivers === 0) record.isDropped = true;
    closed.add(end);
    end.close();
  };
  const closed = new Set<object>();
  const workers = [
    ...senders.map((end, i) => work(random, form, (scope) => sendAll(random, form, end, i, record, scope))),
    ...receivers.map((end) => work(random, form, (scope) => receiveAll(random, form, end, record, scope))),
  ];

  for (let step = 0; step < 12; step++) {
    for (let turns = random(3); turns > 0; turns--) await sleep(0);
    const worker = workers[random(workers.length)] as Worker;
    const what = random(8);
    if (what < 4) worker.task.cancel();
    else if (what < 6) worker.scope?.cancel();
    else if (what === 6 && random(3) === 0)
      closeReceiver(receivers[random(receivers.length)] as ChannelReceiver<Item>);
    else if (random(3) === 0) (senders[random(senders.length)] as ChannelSender<Item>).close();
  }
  for (const end of senders) end.close();
  for (let turn = 0; turn < 100 && workers.some(({ task }) => !task.done()); turn++) await sleep(0);
  // Receivers may all have been cancelled: what is left in the buffer then is taken here.
  for (const end of receivers) {
    while (!closed.has(end) && end.statistics().currentBufferUsed > 0)
      record.receive(end, end.receiveNowait());
  }
  const { tasksWaitingSend, tasksWaitingReceive } = sender.statistics();
  return {
    problems: record.problems(maxBuffer),
    waiting: tasksWaitingSend + tasksWaitingReceive + workers.filter(({ task }) => !task.done()).length,
  };
}

function clones<E extends { clone(): E }>(end: E, number: number): E[] {
  return [end, ...Array.from({ length: number - 1 }, () => end.clone())];
}

/** Starts a task, in a scope of its own or in none. */
function work(
  random: (below: number) => number,
  form: Form,
  body: (scope: CancelScope | null) => Body,
): Worker {
  const scope = random(2) === 0 ? new CancelScope() : null;
  const isGenerator = form === 'generator';
  const inner = isGenerator
    ? function* () {
        yield* body(scope) as Generator<unknown, void>;
      }
    : async () => {
        await (body(scope) as Promise<void>);
      };
  const run = scope === null ? inner : () => scope.run(inner as () => Promise<void>);
  const task = createTask(run as () => Promise<void>);
  // A task that is cancelled is what this is about; that it fails otherwise shows in the record.
  task.addDoneCallback(() => task.cancelled() || task.exception());
  return { task, scope };
}

type Body = Promise<void> | Generator<unknown, void>;

/** A failure that ends the work: another than a cancel which the task swallows, now and then. */
function ends(error: unknown, random: (below: number) => number): boolean {
  return !(error instanceof CancelledError) || random(3) > 0;
}

function sendAll(
  random: (below: number) => number,
  form: Form,
  end: ChannelSender<Item>,
  sender: number,
  record: Record,
  scope: CancelScope | null,
): Body {
  const items = Array.from({ length: 6 }, (_, number): Item => ({ sender, number }));
  const failed = (item: Item, error: unknown): void => {
    record.refused.push(item);
    if (scope?.cancelCalled || ends(error, random)) throw error;
  };
  if (form === 'async') {
    return (async () => {
      for (const item of items) {
        if (random(2) === 0) await sleep(0);
        try {
          await end.send(item);
          record.sent.push(item);
        } catch (error) {
          failed(item, error);
        }
      }
    })();
  }
  return (function* () {
    for (const item of items) {
      if (random(2) === 0) yield* sleep(0);
      try {
        yield* end.send(item);
        record.sent.push(item);
      } catch (error) {
        failed(item, error);
      }
    }
  })();
}

function receiveAll(
  random: (below: number) => number,
  form: Form,
  end: ChannelReceiver<Item>,
  record: Record,
  scope: CancelScope | null,
): Body {
  const failed = (error: unknown): void => {
    if (scope?.cancelCalled || ends(error, random)) throw error;
  };
  if (form === 'async') {
    return (async () => {
      for (;;) {
        try {
          record.receive(end, await end.receive());
        } catch (error) {
          failed(error);
        }
        if (random(2) === 0) await sleep(0);
      }
    })();
  }
  return (function* () {
    for (;;) {
      try {
        record.receive(end, yield* end.receive());
      } catch (error) {
        failed(error);
      }
      if (random(2) === 0) yield* sleep(0);
    }
  })();
}
