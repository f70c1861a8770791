import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { Context, ContextVar, copyContext } from '@bight/contextvars';
import { describe, expect, test } from '@jest/globals';

const variable = new ContextVar<string>('request', { default: 'none' });

/** Runs in a context of its own in which the variable has this value. */
function inContextOf<R>(value: string, fn: () => R): R {
  return new Context().run(() => {
    variable.set(value);
    return fn();
  });
}

describe('The context follows', () => {
  test('native await, at every step', async () => {
    const seen = await inContextOf('a', async () => {
      const values = [variable.get()];
      await null;
      values.push(variable.get());
      await delay(1);
      values.push(variable.get());
      await immediate();
      values.push(variable.get());
      return values;
    });
    expect(seen).toEqual(['a', 'a', 'a', 'a']);
    expect(variable.get()).toBe('none');
  });

  test('interleaved asynchronous functions, each with its own', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `task ${index}`);
    const work = async (name: string) => {
      for (let step = 0; step < 5; step++) {
        await (step % 2 === 0 ? null : immediate());
        expect(variable.get()).toBe(`${name}${'+'.repeat(step)}`);
        variable.set(`${variable.get()}+`);
      }
      return variable.get();
    };
    const results = await Promise.all(names.map((name) => inContextOf(name, () => work(name))));
    expect(results).toEqual(names.map((name) => `${name}+++++`));
  });

  test('values that are set after an await', async () => {
    const context = new Context();
    await context.run(async () => {
      await null;
      variable.set('late');
      await null;
      expect(variable.get()).toBe('late');
    });
    expect(context.get(variable)).toBe('late');
  });

  test('then, catch and finally', async () => {
    const seen: string[] = [];
    await inContextOf('a', () =>
      Promise.reject(new Error('expected'))
        .catch(() => seen.push(variable.get()))
        .then(() => seen.push(variable.get()))
        .finally(() => seen.push(variable.get())),
    );
    expect(seen).toEqual(['a', 'a', 'a']);
  });

  test('an error out of an asynchronous function, whose catcher has its own context', async () => {
    const failing = inContextOf('inner', async () => {
      await null;
      throw new RangeError(variable.get());
    });
    await expect(failing).rejects.toThrow(new RangeError('inner'));
    expect(variable.get()).toBe('none');
  });

  test('timers, immediates, microtasks and next ticks', async () => {
    const seen = await inContextOf('a', () =>
      Promise.all(
        [
          (done: () => void) => void setTimeout(done, 1),
          (done: () => void) => void setImmediate(done),
          (done: () => void) => queueMicrotask(done),
          (done: () => void) => process.nextTick(done),
          (done: () => void) => {
            const timer = setInterval(() => {
              clearInterval(timer);
              done();
            }, 1);
          },
        ].map((schedule) => new Promise<string>((resolve) => schedule(() => resolve(variable.get())))),
      ),
    );
    expect(seen).toEqual(['a', 'a', 'a', 'a', 'a']);
  });

  test('the emitter of an event into its listeners, as plain calls do', () => {
    const emitter = new EventEmitter();
    const seen: string[] = [];
    inContextOf('listener', () => {
      emitter.on('event', () => seen.push(variable.get()));
      emitter.on(
        'event',
        copyContext().bind(() => seen.push(`bound ${variable.get()}`)),
      );
    });
    inContextOf('emitter', () => emitter.emit('event'));
    expect(seen).toEqual(['emitter', 'bound listener']);
  });

  test('await of an event', async () => {
    const emitter = new EventEmitter();
    const waiting = inContextOf('waiter', async () => {
      await once(emitter, 'event');
      return variable.get();
    });
    inContextOf('emitter', () => emitter.emit('event'));
    expect(await waiting).toBe('waiter');
  });

  test('the consumer of a stream', async () => {
    const stream = new PassThrough({ objectMode: true });
    const seen: string[] = [];
    const reading = inContextOf('reader', async () => {
      for await (const chunk of stream) seen.push(`${chunk} in ${variable.get()}`);
    });
    await inContextOf('writer', () => pipeline(['one', 'two'], stream));
    await reading;
    expect(seen).toEqual(['one in reader', 'two in reader']);
  });

  test('asynchronous generators, which run in the context of the code that asks for the next value', async () => {
    const generator = (async function* () {
      for (;;) yield variable.get();
    })();
    expect((await inContextOf('a', () => generator.next())).value).toBe('a');
    expect((await inContextOf('b', () => generator.next())).value).toBe('b');
  });

  test('a context that is entered again and again', async () => {
    const context = new Context();
    context.run(() => variable.set('kept'));
    for (let round = 0; round < 20; round++) {
      const seen = await context.run(async () => {
        await immediate();
        return variable.get();
      });
      expect(seen).toBe('kept');
      expect(variable.get()).toBe('none');
    }
  });
});
