import vm from 'node:vm';
import { describeValue } from '@bight/loop-abstract/validate';

const MOST_CHECKED = 250;
const checked = new Set<string>();
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;
const GENERATOR = /^(?:async\s+)?function\s*\*/;

/**
 * The source text of a function, to be compiled again in a worker.
 *
 * @throws {TypeError} when the text is not enough to make the function again: native and bound functions, methods,
 *   classes; or when the function returns a generator, which could not be sent back
 */
export function functionSource(func: Function): string {
  const source = Function.prototype.toString.call(func);
  if (checked.has(source)) return source;
  const obstacle = obstacleTo(source);
  if (obstacle !== undefined) {
    throw new TypeError(
      `func must be a function whose source text stands by itself, or taskFrom(…); ${describeValue(func)} ${obstacle}`,
    );
  }
  if (checked.size >= MOST_CHECKED) checked.clear();
  checked.add(source);
  return source;
}

function obstacleTo(source: string): string | undefined {
  if (NATIVE.test(source)) return 'is native or bound and has no source text';
  if (/^class\b/.test(source)) return 'is a class';
  if (GENERATOR.test(source)) return 'is a generator function';
  return isExpression(source)
    ? undefined
    : 'is a method, or uses super or import.meta; wrap it in an arrow function, or export it from a module';
}

/** Whether the text is an expression: that of a method, getter or setter is none. */
function isExpression(source: string): boolean {
  try {
    new vm.Script(`(${source}\n)`);
    return true;
  } catch {
    return false;
  }
}
