let last = 0;
const numbers = new WeakMap<object, number>();

/** The number of a loop, a task, or something that is open: another one for each, from 1. @internal */
export function numberOf(thing: object): number {
  let number = numbers.get(thing);
  if (number === undefined) {
    number = ++last;
    numbers.set(thing, number);
  }
  return number;
}

/** The number of a thing that has one already. @internal */
export function knownNumberOf(thing: object): number | undefined {
  return numbers.get(thing);
}
