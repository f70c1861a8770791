import type { ErrorMessage } from '../calls/call-message.js';
// @ts-expect-error: plain JavaScript, which the main files of workers run as it stands
import { encodeThrown } from '../worker/encode-error.js';

/**
 * What a call threw, as data: with its class names, its causes and its own properties. It never throws.
 *
 * @param thrown - anything
 * @param clone - the value as it arrives; throws when it cannot be sent
 */
export function encodeError(thrown: unknown, clone: (value: unknown) => unknown): ErrorMessage {
  return encodeThrown(thrown, clone) as ErrorMessage;
}
