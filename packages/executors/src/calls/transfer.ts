import type { Transferable } from 'node:worker_threads';
import { typeError } from '@bight/loop-abstract/validate';

const TRANSFER = Symbol.for('@bight/executors/transfer');

/** A value on its way, with what moves along with it. */
interface Transfer {
  readonly [TRANSFER]: true;
  readonly value: unknown;
  readonly transferList: readonly Transferable[];
}

/**
 * Moves a value to the other thread instead of cloning it: as an argument of a call, or as what a call returns.
 *
 * What was moved cannot be used any more where it came from. Between processes nothing can be moved; there the value is
 * cloned as usual. Python has no counterpart: its threads share all objects.
 *
 * @param value - the argument or result
 * @param transferList - the `ArrayBuffer`s, `MessagePort`s and so on inside of `value` that move; when not given,
 *   `value` itself, or its buffer when it is a typed array
 * @returns `value` for the compiler; in truth a wrapper, which only executors understand
 * @throws {TypeError} when `transferList` is given and no array
 */
export function transfer<T>(value: T, transferList?: readonly Transferable[] | null): T {
  if (transferList != null && !Array.isArray(transferList)) {
    throw typeError('transferList', 'an array of transferable objects', transferList);
  }
  const list = transferList ?? [ArrayBuffer.isView(value) ? value.buffer : value];
  return { [TRANSFER]: true, value, transferList: list } as T & Transfer;
}

/** The arguments without the wrappers of `transfer()`, and everything that moves. */
export function unwrapTransfers(args: readonly unknown[]): [args: readonly unknown[], list: Transferable[]] {
  if (!args.some(isTransfer)) return [args, NOTHING];
  const list = args.flatMap((arg) => (isTransfer(arg) ? arg.transferList : []));
  return [args.map((arg) => (isTransfer(arg) ? arg.value : arg)), list];
}

const NOTHING: Transferable[] = [];

function isTransfer(value: unknown): value is Transfer {
  return typeof value === 'object' && value !== null && TRANSFER in value;
}
