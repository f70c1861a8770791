/** A file object of a selector: a descriptor, or something with `fileno()`. */
export type FileObject = number | { fileno(): number };

/**
 * Ready, or to be watched, for reading.
 *
 * @python selectors.EVENT_READ
 */
export const EVENT_READ = 1;

/**
 * Ready, or to be watched, for writing.
 *
 * @python selectors.EVENT_WRITE
 */
export const EVENT_WRITE = 2;

/**
 * One registration.
 *
 * @python selectors.SelectorKey
 */
export interface SelectorKey<D = unknown> {
  /** What was registered. */
  readonly fileobj: FileObject;
  /** Its descriptor when it was registered. */
  readonly fd: number;
  /** What it is watched for: `EVENT_READ | EVENT_WRITE`. */
  readonly events: number;
  /** What the caller attached to it. */
  readonly data: D;
}
