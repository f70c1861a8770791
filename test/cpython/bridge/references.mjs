// JavaScript's objects that Python holds, and Python's objects that JavaScript holds. A number is never used again;
// each side counts how often it received one, and reports when it releases it.

/** Objects of JavaScript that Python holds: number -> { object, given }. */
export const held = new Map();
const numbers = new WeakMap();
let lastNumber = 0;

/** The number under which Python gets an object. */
export function give(object) {
  let number = numbers.get(object);
  if (number === undefined) {
    number = ++lastNumber;
    numbers.set(object, number);
  }
  const entry = held.get(number);
  if (entry === undefined) held.set(number, { object, given: 1 });
  else entry.given++;
  return number;
}

/** Python has released an object `times` times. */
export function letGo(number, times) {
  const entry = held.get(number);
  if (entry === undefined) return;
  entry.given -= times;
  if (entry.given <= 0) held.delete(number);
}

const standIns = new Map(); // number -> { ref, received, number }
/** Python's objects that JavaScript no longer holds: pairs of a number and how often it was received. */
export const dropped = [];
const registry = new FinalizationRegistry((entry) => {
  dropped.push([entry.number, entry.received]);
  if (standIns.get(entry.number) === entry) standIns.delete(entry.number);
});

/** What stands in JavaScript for an object of Python: the same object each time, while it is in use. */
export function standIn(number, make) {
  let entry = standIns.get(number);
  let object = entry?.ref.deref();
  if (object === undefined) {
    object = make();
    entry = { ref: new WeakRef(object), received: 0, number };
    standIns.set(number, entry);
    registry.register(object, entry);
  }
  entry.received++;
  return object;
}
