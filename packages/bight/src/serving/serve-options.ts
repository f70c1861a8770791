import os from 'node:os';
import { NotImplementedError } from '@bight/loop-abstract';
import {
  checkCallback,
  checkInteger,
  checkOptions,
  checkSeconds,
  typeError,
  valueError,
} from '@bight/loop-abstract/validate';
import { isAvailable } from '@bight/sockets';
import { sendsHandles } from '../node/sent-handle.js';

/** What `serve()` may be given. */
export interface ServeOptions {
  /** How many workers there are; when not given, as many as the machine runs at once. */
  workers?: number | null | undefined;
  /** Whether the workers are processes (the default, where sockets can be sent to them) or threads of this one. */
  kind?: 'process' | 'thread' | null | undefined;
  /** Whether a worker that ends is replaced (the default); else `serve()` stops the others, and rejects. */
  restart?: boolean | null | undefined;
  /**
   * **Seconds** that the connections of a worker have to end after it was asked to leave, 30 when not given; then they
   * are aborted.
   */
  grace?: number | null | undefined;
  /** Called once all workers serve. */
  onReady?: (() => unknown) | null | undefined;
  /**
   * Called with what went wrong without ending `serve()`: a worker that died, a reload that failed. By default a
   * process warning.
   */
  onError?: ((error: unknown) => unknown) | null | undefined;
}

/** The same, checked. */
export interface CheckedServeOptions {
  readonly workers: number;
  readonly kind: 'process' | 'thread';
  readonly restart: boolean;
  readonly graceSeconds: number;
  readonly onReady: (() => unknown) | null;
  readonly onError: (error: unknown) => unknown;
}

const OPTIONS = ['workers', 'kind', 'restart', 'grace', 'onReady', 'onError'] as const;

/**
 * Checks what `serve()` is given.
 *
 * @throws {TypeError} for an unknown option, and a value of the wrong type
 * @throws {ValueError} for an impossible value
 * @throws {NotImplementedError} without `@bight/sockets`, and for `kind: 'process'` where Node does not send sockets
 */
export function checkServeOptions(options: ServeOptions | null | undefined): CheckedServeOptions {
  const given = checkOptions(options, OPTIONS);
  const { kind = null, restart, grace, onReady, onError } = given;
  if (kind !== null && kind !== 'process' && kind !== 'thread')
    throw valueError('kind', "'process' or 'thread'", kind);
  if (restart != null && typeof restart !== 'boolean') throw typeError('restart', 'a boolean', restart);
  const graceSeconds = checkSeconds(grace ?? 30, 'grace');
  if (graceSeconds < 0) throw valueError('grace', 'a number of seconds from 0 on', grace);
  if (onReady != null) checkCallback(onReady, 'onReady');
  if (onError != null) checkCallback(onError, 'onError');
  const workers = checkInteger(given.workers ?? os.availableParallelism(), 'workers', { min: 1 });
  if (!isAvailable()) {
    throw new NotImplementedError(
      'serve() needs @bight/sockets, which is not available here: start one server per process with reusePort: true',
    );
  }
  if (kind === 'process' && !sendsHandles()) {
    throw new NotImplementedError(
      "serve() needs Node's internals to send sockets to processes; they are missing or turned off: use kind: 'thread'",
    );
  }
  return {
    workers,
    kind: kind ?? (sendsHandles() ? 'process' : 'thread'),
    restart: restart ?? true,
    graceSeconds,
    onReady: onReady ?? null,
    onError: onError ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error))),
  };
}
