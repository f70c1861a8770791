/** Whether new loops are in debug mode: the environment variable `BIGHT_DEBUG` says so. @internal */
export function debugByDefault(): boolean {
  const value = globalThis.process?.env?.BIGHT_DEBUG;
  return value !== undefined && value !== '';
}
