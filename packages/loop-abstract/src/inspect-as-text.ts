import { describeValue } from './describe-value.js';

/** The method that `console.log()` and `util.inspect()` of Node, Deno and Bun call. */
const inspection = Symbol.for('nodejs.util.inspect.custom');

/**
 * Makes `console.log()` show the instances of a class as `toString()` does, in a line: a task would otherwise bring its
 * loop with it, and the loop all that it holds. For authors of classes; call it from the class's static block.
 *
 * @param shown - the class; its subclasses inherit it
 */
export function inspectAsText(shown: Function): void {
  Object.defineProperty(shown.prototype, inspection, { value: textOf, configurable: true, writable: true });
}

/** What `String(value)` gives, or the name of the class where that says nothing. */
function textOf(this: object): string {
  try {
    const text = String(this);
    return text.startsWith('[object ') ? `<${this.constructor.name}>` : text;
  } catch {
    // A prototype, for instance, has no state to describe.
    return describeValue(this);
  }
}
