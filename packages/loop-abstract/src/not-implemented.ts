import { NotImplementedError } from './errors/not-implemented-error.js';

/**
 * The error of a method that a class inherited from an abstract one and did not override; the name of the object's own
 * class is in the message.
 *
 * @param self - the object whose method was called
 * @param method - the method's name
 * @param remedy - what to use instead, a sentence without its full stop
 */
export function notImplemented(self: object, method: string, remedy?: string): NotImplementedError {
  const owner = self.constructor?.name || 'this object';
  const advice = remedy === undefined ? '' : `: ${remedy}`;
  return new NotImplementedError(`${owner} does not implement ${method}()${advice}`);
}
