import { ValueError } from '@bight/loop-abstract';
import { currentTask, getRunningLoop, sleep } from '@bight/loop-core';

/** What the tests of threads expose to another thread. */
export function exposed(notes: string[] = []) {
  return {
    add: (a: number, b: number) => a + b,
    async later(text: string) {
      await sleep(0.001);
      return `${text} from ${currentTask()?.constructor.name}`;
    },
    *generator(from: number) {
      const more = yield* sleep(0, { result: 22 });
      return from + more;
    },
    note(name: string) {
      notes.push(name);
      return notes.length;
    },
    fail(how: 'value' | 'range' | 'own'): never {
      if (how === 'value') throw new ValueError('not that', { cause: new TypeError('why') });
      if (how === 'range') throw new RangeError('too much');
      class OwnError extends ValueError {
        override readonly code: string = 'OWN';
        readonly uncloneable = () => {};
      }
      throw new OwnError('my own');
    },
    never: () => getRunningLoop().createFuture<void>(),
  };
}

/** The type of what is exposed. */
export type Exposed = ReturnType<typeof exposed>;
