// A package of a workspace, with the copy of contextvars that all packages share.
import { ContextVar, run, sleep } from 'bight';

export const name = new ContextVar('name', { default: 'none' });

/** Runs a function as a program, in which the variable has a value. */
export const runNamed = (value, use) =>
  run(async () => {
    name.set(value);
    await sleep(0);
    return use();
  });
