import type { ExecutorCallable } from '@bight/loop-abstract';
import { typeError } from '@bight/loop-abstract/validate';
import type { CallMessage, VariableMessage } from './call-message.js';
import { functionSource } from './function-source.js';
import { isTaskReference } from './task-from.js';

/** A call of any function that an executor takes. */
export type Callable = ExecutorCallable<never[], unknown>;

/**
 * The message for one call.
 *
 * @param name - what the function is called in the error message
 * @throws {TypeError} when `func` is nothing that can be called in a worker
 */
export function callMessage(
  func: Callable,
  args: readonly unknown[],
  variables: readonly VariableMessage[] = [],
  { isChunk = false, argument = 'func' }: { isChunk?: boolean; argument?: string } = {},
): CallMessage {
  if (typeof func === 'function') {
    return {
      id: 0,
      slot: 0,
      source: functionSource(func),
      url: '',
      name: func.name,
      args,
      isChunk,
      variables,
    };
  }
  if (!isTaskReference(func)) throw typeError(argument, 'a function, or what taskFrom() returns', func);
  return { id: 0, slot: 0, source: '', url: func.url, name: func.exportName, args, isChunk, variables };
}
