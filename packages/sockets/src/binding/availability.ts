import { binding, reason } from './load.js';

/**
 * Whether the addon works here, so that everything else in this package can be used. It does on Linux and macOS with
 * Node.js, where a binary is installed or was built.
 */
export function isAvailable(): boolean {
  return binding !== null;
}

/** Why `isAvailable()` is `false`, in words; `null` when it is `true`. */
export function unavailableReason(): string | null {
  return reason;
}
