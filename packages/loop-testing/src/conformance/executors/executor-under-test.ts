import type { ContextVar } from '@bight/contextvars';
import type { Executor, ExecutorFuture, TaskReference } from '@bight/loop-abstract';

/** An executor of jobs, as the kit uses it: what `QueueExecutor` is. */
export interface JobExecutor extends Omit<Executor, 'submit' | 'map'> {
  /** Submits a job. */
  submit(
    func: TaskReference<never[], unknown>,
    args?: readonly unknown[] | null,
    options?: object | null,
  ): ExecutorFuture<unknown>;
  /** Submits a job for each item. */
  map(
    func: TaskReference<never[], unknown>,
    items: Iterable<unknown>,
    options?: object | null,
  ): AsyncGenerator<unknown>;
  /** The jobs that failed for good. */
  deadLetters(): Promise<
    readonly { id: string; name: string; args: unknown; error: unknown; attempts: number }[]
  >;
  /** How many jobs there are. */
  statistics(): Promise<{ waiting: number; running: number; delayed: number }>;
  /** Whether the executor reaches its workers. */
  readonly state: string;
}

/** What a case asks of the executor that it is given. */
export interface ExecutorRequest {
  /** How many jobs its workers run at once, in total. */
  readonly concurrency: number;
  /** The context variables that travel. */
  readonly contextVars: readonly ContextVar<never>[];
}

/** What a case of the kit works with. */
export interface ExecutorCase {
  readonly executor: JobExecutor;
  /** A job of the kit's module. */
  job(name: string): TaskReference<never[], unknown>;
  /** The name of a file that does not exist yet. */
  file(): string;
  /** The lines of a file, once there are this many. */
  lines(file: string, count: number): Promise<readonly string[]>;
}
