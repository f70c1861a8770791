import type { ExceptionContext } from '@bight/loop-abstract';
import { describeValue } from '@bight/loop-abstract/validate';
import { describeStack } from './stack-frames.js';

/**
 * What the default handler writes of a context: the message, then every key but those that it shows otherwise.
 * @internal
 */
export function formatExceptionContext(context: ExceptionContext): string {
  const lines = [context.message ?? 'Unhandled exception in event loop'];
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of entries) {
    if (key === 'message' || key === 'exception') continue;
    if (key === 'sourceTraceback') lines.push(`Object created at (most recent call first):\n${value}`);
    else lines.push(`${key}: ${describeEntity(value)}`);
  }
  const { exception } = context;
  if (exception instanceof Error) {
    lines.push(describeStack(exception));
    for (let { cause } = exception; cause instanceof Error; cause = cause.cause) {
      lines.push(`Caused by: ${describeStack(cause)}`);
    }
  } else if (exception !== undefined) {
    lines.push(`Thrown: ${describeValue(exception)}`);
  }
  return lines.join('\n');
}

/** A task or a handle says what it is: its name, its coroutine, its callback. */
function describeEntity(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return describeValue(value);
  try {
    const text = String(value);
    if (/^<[^\n]*>$/.test(text)) return text;
  } catch {
    // The message matters more than what a program's own object says of itself.
  }
  return describeValue(value);
}
