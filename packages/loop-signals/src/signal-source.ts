import { RuntimeError } from '@bight/loop-abstract';

/** The handlers of each signal, in the order in which they were added. */
const listeners = new Map<NodeJS.Signals, Set<() => void>>();

// One listener of the process for all loops: Node.js warns of a leak when an event has more than ten.
function arrived(signal: NodeJS.Signals): void {
  for (const listener of [...(listeners.get(signal) ?? [])]) listener();
}

/**
 * Calls a function when a signal comes, instead of the signal's default action.
 *
 * @throws {RuntimeError} when the system does not let the signal be caught
 */
export function listen(signal: NodeJS.Signals, listener: () => void): void {
  const known = listeners.get(signal);
  if (known !== undefined) {
    known.add(listener);
    return;
  }
  try {
    process.on(signal, arrived);
  } catch (error) {
    process.off(signal, arrived);
    throw new RuntimeError(`${signal} cannot be caught`, { cause: error });
  }
  listeners.set(signal, new Set([listener]));
}

/** Removes a listener. With the last one, Node.js gives the signal its default action back. */
export function unlisten(signal: NodeJS.Signals, listener: () => void): void {
  const known = listeners.get(signal);
  known?.delete(listener);
  if (known?.size !== 0) return;
  listeners.delete(signal);
  process.off(signal, arrived);
}
