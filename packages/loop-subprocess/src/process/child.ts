/** A process that runs, started by Node or by `@bight/sockets`. */
export interface Child {
  readonly pid: number;
  /** What `getExtraInfo('subprocess')` gives. */
  readonly handle: object;

  /** Calls a listener once, outside of the loop, with what the process returned: -N when signal N ended it. */
  whenEnded(listener: (returncode: number) => void): void;
}
