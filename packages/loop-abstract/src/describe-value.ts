const LONGEST_TEXT = 60;

/**
 * A value in a few words, for messages: enough to recognise it, never all of its content, and safe for whatever a
 * program may pass.
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return describeText(value);
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'function':
      return describeFunction(value);
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return String(value);
  }
}

function describeText(text: string): string {
  if (text.length <= LONGEST_TEXT) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, LONGEST_TEXT))}… (${text.length} characters)`;
}

function describeFunction(value: Function): string {
  const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function';
  const { name } = value;
  return typeof name === 'string' && name !== '' ? `${kind} ${name}` : `an anonymous ${kind}`;
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Promise) return 'a promise';
  const name = className(value);
  if (name === undefined) return 'an object';
  return name === 'Object' ? 'a plain object' : `an instance of ${name}`;
}

function className(value: object): string | undefined {
  const made: unknown = Reflect.get(value, 'constructor');
  if (typeof made !== 'function' || typeof made.name !== 'string') return undefined;
  return made.name === '' ? undefined : made.name;
}
