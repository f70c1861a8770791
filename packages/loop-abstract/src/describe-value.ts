const LONGEST_TEXT = 60;

/**
 * A value in a few words, for messages: enough to recognise it, never all of its content, and never an error of its
 * own, whatever a program may have passed.
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
      return attempt(() => describeFunction(value), 'a function');
    case 'object':
      return value === null ? 'null' : attempt(() => describeObject(value), 'an object');
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
  return isName(value.name) ? `${kind} ${value.name}` : `an anonymous ${kind}`;
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Promise) return 'a promise';
  const { constructor: maker } = value;
  if (typeof maker !== 'function' || !isName(maker.name)) return 'an object';
  return maker === Object ? 'a plain object' : `an instance of ${maker.name}`;
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '';
}

// Getters and proxies may throw; the message that this text is for matters more.
function attempt(describe: () => string, otherwise: string): string {
  try {
    return describe();
  } catch {
    return otherwise;
  }
}
