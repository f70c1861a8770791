import { nodeInternals } from '@bight/contextvars/low-level';
import { typeError, valueError } from '@bight/loop-abstract/validate';

let chosen: boolean | null = null;

/**
 * Whether selector loops may drive OpenSSL by themselves instead of `node:tls`: not after `setNativeTls(false)` or
 * where the environment variable `BIGHT_NATIVE_TLS` is `off`, and never where `setNodeInternals(false)` forbids what
 * Node does not document.
 *
 * @throws {ValueError} for another value of the variable
 */
export function nativeTls(): boolean {
  return (chosen ?? readSetting()) && nodeInternals();
}

/**
 * Decides whether selector loops drive OpenSSL by themselves, through `@bight/sockets`, which costs less; for the
 * connections that are made from now on. What cannot be done that way is done by `node:tls`, and so is everything on
 * other systems than Linux.
 *
 * @param isAllowed - `null`: as `BIGHT_NATIVE_TLS` says, which allows it unless it is `off`
 * @throws {TypeError} for another value
 */
export function setNativeTls(isAllowed: boolean | null): void {
  if (isAllowed !== null && typeof isAllowed !== 'boolean')
    throw typeError('isAllowed', 'true, false or null', isAllowed);
  chosen = isAllowed;
}

function readSetting(): boolean {
  const setting = process.env.BIGHT_NATIVE_TLS ?? '';
  if (setting === '' || setting === 'on') return true;
  if (setting === 'off') return false;
  throw valueError('BIGHT_NATIVE_TLS', "'on' or 'off'", setting);
}
