/** The name of the method that Node's `util.inspect` calls. */
export const inspection: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** A short form of any value for messages; never throws and never runs the value's own code. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `'${value}'`;
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'an array' : 'an object';
    default:
      return String(value);
  }
}
