import { expect, test } from '@jest/globals';
import {
  BoundedSemaphore,
  CancelledError,
  Condition,
  createTask,
  gather,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  QueueShutDown,
  sleep,
  type Task,
  TimeoutError,
  waitFor,
} from 'bight';
import { runsOf, testSeed } from '../../../test/support/extent.js';
import { randomNumbers } from '../../../test/support/random-numbers.js';
import { inLoop } from './support/in-loop.js';

const STEPS = runsOf(50_000, 2000);
const ACTORS = 12;

/** What the actors of one program share, with its invariants. */
class World {
  readonly locks = [new Lock(), new Lock(), new Lock()];
  readonly semaphores = [new BoundedSemaphore({ value: 1 }), new BoundedSemaphore({ value: 3 })];
  readonly conditions = [new Condition(), new Condition()];
  readonly queues = [
    new Queue<number>({ maxsize: 2 }),
    new Queue<number>(),
    new PriorityQueue<number>({ maxsize: 3 }),
    new LifoQueue<number>({ maxsize: 1 }),
  ];
  readonly inside = new Map<object, number>();
  readonly put = new Set<number>();
  readonly taken = new Set<number>();
  readonly tickets = this.conditions.map(() => 0);
  nextItem = 0;
  steps = 0;

  enter(what: object, atMost: number): void {
    const count = (this.inside.get(what) ?? 0) + 1;
    if (count > atMost) throw new Error(`${count} inside ${what}`);
    this.inside.set(what, count);
  }

  leave(what: object): void {
    this.inside.set(what, (this.inside.get(what) ?? 0) - 1);
  }

  take(item: number): void {
    if (this.taken.has(item)) throw new Error(`item ${item} was taken twice`);
    this.taken.add(item);
  }
}

/** One step of an actor: one thing that it does with what is shared. */
async function step(world: World, pick: (below: number) => number): Promise<void> {
  const one = <T>(things: readonly T[]): T => things[pick(things.length)] as T;
  const work = () => sleep(0);
  switch (pick(8)) {
    case 0: {
      const lock = one(world.locks);
      using _ = await lock.acquire();
      world.enter(lock, 1);
      try {
        if (pick(2)) await work();
      } finally {
        world.leave(lock);
      }
      return;
    }
    case 1: {
      const index = pick(world.semaphores.length);
      const semaphore = world.semaphores[index] as BoundedSemaphore;
      await semaphore.run(async () => {
        world.enter(semaphore, index === 0 ? 1 : 3);
        try {
          await work();
        } finally {
          world.leave(semaphore);
        }
      });
      return;
    }
    case 2: {
      // Takes a ticket, of which one is made for every notification.
      const index = pick(world.conditions.length);
      const condition = world.conditions[index] as Condition;
      using _ = await condition.acquire();
      await condition.waitFor(() => (world.tickets[index] as number) > 0);
      (world.tickets[index] as number)--;
      return;
    }
    case 3: {
      const index = pick(world.conditions.length);
      const condition = world.conditions[index] as Condition;
      using _ = await condition.acquire();
      (world.tickets[index] as number)++;
      condition.notify();
      return;
    }
    case 4:
    case 5: {
      const queue = one(world.queues);
      const item = world.nextItem++;
      // Known before it is put: it may be taken before put() has returned, and a cancel comes before it is in, or not
      // at all.
      await queue.put(item);
      world.put.add(item);
      return;
    }
    case 6: {
      world.take(await one(world.queues).get());
      return;
    }
    default: {
      try {
        world.take(await waitFor(one(world.queues).get(), pick(2) / 10_000));
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
      }
    }
  }
}

/** Actors that do random steps, and one that cancels them at random moments. */
async function program(seed: number, steps: number): Promise<World> {
  const world = new World();
  const pick = randomNumbers(seed);
  const actors: Task<void>[] = [];
  const act = async (): Promise<void> => {
    while (world.steps < steps) {
      world.steps++;
      try {
        await step(world, pick);
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
      }
    }
  };
  for (let i = 0; i < ACTORS; i++) actors.push(createTask(act));
  while (world.steps < steps) {
    const victim = actors[pick(ACTORS)] as Task<void>;
    // Now and then in the very turn in which an actor is woken.
    if (pick(3) === 0) for (const queue of world.queues) if (!queue.empty()) world.take(queue.getNowait());
    victim.cancel();
    await sleep(0);
  }
  await release(actors);
  return world;
}

/** Cancels the actors, which may wait for each other, until all have ended. */
async function release(actors: Task<void>[]): Promise<void> {
  while (actors.some((actor) => !actor.done())) {
    for (const actor of actors) actor.cancel();
    await sleep(0);
  }
  for (const error of await gather(actors, { returnExceptions: true })) {
    if (error !== undefined && !((error as unknown) instanceof CancelledError)) throw error;
  }
}

const seed = Number(process.env.RANDOM_SEED ?? testSeed);

test(`${STEPS} random steps over locks and queues: no deadlock, no lost item (RANDOM_SEED=${seed})`, () =>
  inLoop(async () => {
    for (let run = 0; run < 20; run++) {
      const world = await program(seed + run, STEPS / 20);
      // Nothing is held any more, and every actor that comes is let in.
      for (const [what, count] of world.inside) expect([String(what), count]).toEqual([String(what), 0]);
      for (const lock of world.locks) expect(lock.locked()).toBe(false);
      for (const semaphore of world.semaphores) expect(semaphore.locked()).toBe(false);
      for (const condition of world.conditions) {
        expect(condition.locked()).toBe(false);
        expect(`${condition}`).toContain('waiters: 0');
      }
      // Every item that was put was taken once, or is still there.
      for (const queue of world.queues) {
        queue.shutdown();
        for await (const item of queue) world.take(item);
        await expect(queue.get()).rejects.toThrow(QueueShutDown);
      }
      const lost = [...world.put].filter((item) => !world.taken.has(item));
      const invented = [...world.taken].filter((item) => !world.put.has(item));
      expect({ lost, invented }).toEqual({ lost: [], invented: [] });
    }
  }));

/** Repeats what a cancel interrupted, until it was done. */
async function persist<T>(action: () => PromiseLike<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
    }
  }
}

test('when the cancels stop, every interrupted actor finishes by itself', () =>
  inLoop(async () => {
    const pick = randomNumbers(seed);
    for (let run = 0; run < 50; run++) {
      const queue = new Queue<number>({ maxsize: 1 + pick(3) });
      const lock = new Lock();
      const condition = new Condition({ lock });
      const semaphore = new BoundedSemaphore({ value: 2 });
      const taken: number[] = [];
      const total = 60;
      const producers = [0, 1, 2].map((number) => async () => {
        for (let item = number; item < total; item += 3) {
          await persist(() => semaphore.run(async () => sleep(0)));
          await persist(() => queue.put(item));
        }
      });
      const consumers = [0, 1, 2].map(() => async () => {
        for (let count = 0; count < total / 3; count++) {
          const item = await persist(() => queue.get());
          const held = await persist(() => lock.acquire());
          taken.push(item);
          condition.notify();
          held.release();
        }
      });
      const watchers = [15, 30, total].map((least) => async () => {
        await persist(() => lock.run(() => condition.waitFor(() => taken.length >= least)));
        // A notification is for one: hand it on.
        await persist(() => lock.run(async () => condition.notifyAll()));
      });
      const tasks = [...producers, ...consumers, ...watchers].map((coro) => createTask(coro));
      await sleep(0);
      for (let cancels = pick(100); cancels > 0; cancels--) {
        tasks[pick(tasks.length)]?.cancel();
        if (pick(2)) await sleep(0);
      }
      await gather(tasks);
      expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, item) => item));
    }
  }));
