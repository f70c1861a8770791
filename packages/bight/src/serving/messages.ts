import type { ErrorMessage } from '@bight/executors/low-level';

/** A socket that a worker wants to listen on. */
export interface Place {
  readonly family: number;
  readonly proto: number;
  readonly address: object | string;
  readonly reuseAddress: boolean | null;
  readonly reusePort: boolean;
  readonly keepAlive: boolean;
  /** How many sockets with the same address the worker has requested before: with port 0 these are different ones. */
  readonly nth: number;
}

/** What a worker sends to its supervisor. */
export type FromWorker =
  | { readonly type: 'bight:listen'; readonly id: number; readonly place: Place }
  | { readonly type: 'bight:ready' }
  | { readonly type: 'bight:failed'; readonly error: ErrorMessage };

/**
 * What a supervisor sends to a worker. A process gets the socket as a handle along with the message, a thread its
 * descriptor.
 */
export type ToWorker =
  | {
      readonly type: 'bight:listener';
      readonly id: number;
      readonly fd: number;
      readonly error: ErrorMessage | null;
    }
  | { readonly type: 'bight:leave' };

/** What a worker is started with. */
export interface WorkerPlan {
  readonly url: string;
  readonly graceSeconds: number;
}
