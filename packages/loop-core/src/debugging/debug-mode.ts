import { AbstractEventLoop } from '@bight/loop-abstract';

const notImplemented = AbstractEventLoop.prototype.getDebug;

/**
 * Whether a loop is in debug mode. For authors of add-ons: a foreign loop without one is not in it, whether it lacks
 * the method or has inherited the one that throws.
 */
export function inDebugMode(loop: { getDebug?(): boolean }): boolean {
  return loop.getDebug !== undefined && loop.getDebug !== notImplemented && loop.getDebug();
}

/** Whether new loops are in debug mode, by the environment variable `BIGHT_DEBUG`. @internal */
export function debugByDefault(): boolean {
  const value = globalThis.process?.env?.BIGHT_DEBUG;
  return value !== undefined && value !== '';
}
