// The same operations here and in CPython's contextvars, which are written in C.
import { Context, ContextVar, copyContext } from '@bight/contextvars';
import { nanosecondsPerOperation } from '../lib/rounds.mjs';

const COUNT = 200_000;
const variable = new ContextVar('variable');
const nothing = () => {};

const repeat = (operation) => () => nanosecondsPerOperation(COUNT, () => new Context().run(operation, COUNT));

/** @param {{ measure: (name: string) => Promise<number> }} python ../peers/contextvars_operations.py */
export function cpythonContests(python) {
  const again = new Context();
  const contest = (name, operation, pythonName) => ({
    name,
    base: 'bight',
    contenders: { bight: repeat(operation), CPython: () => python.measure(pythonName) },
  });
  return [
    contest(
      'variable.get(), here and in CPython',
      (count) => {
        variable.set(1);
        for (let i = 0; i < count; i++) variable.get();
      },
      'get',
    ),
    contest(
      'context.run(fn), here and in CPython',
      (count) => {
        for (let i = 0; i < count; i++) again.run(nothing);
      },
      'run',
    ),
    contest(
      'copyContext().run(set), here and in CPython',
      (count) => {
        const set = (value) => variable.set(value);
        for (let i = 0; i < count; i++) copyContext().run(set, 1);
      },
      'copy_and_run_set',
    ),
  ];
}
