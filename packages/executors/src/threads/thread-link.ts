import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  receiveMessageOnPort,
  type Transferable,
  Worker,
} from 'node:worker_threads';
import { describeValue } from '@bight/loop-abstract/validate';
import type { CallMessage, ReplyMessage } from '../calls/call-message.js';
import { Claims } from '../pool/claims.js';
import { inheritedExecArgv } from '../pool/exec-argv.js';
import type { LinkEvents, WorkerLink } from '../pool/worker-link.js';
// @ts-expect-error: plain JavaScript, which the main files of workers run as it stands
import { postMessage } from '../worker/post-message.js';
import { threadWorkerMain } from '../worker-files.js';

/** What a thread is started with. */
export interface ThreadSettings {
  readonly name: string;
  readonly depth: number;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
}

/** What comes from a thread: of a call that returned, its number and the result, else the message. */
type ThreadAnswer = [id: number, value: unknown] | Exclude<ReplyMessage, { type: 'bight:done' }>;

/** A worker thread, and a channel to it that is not the one which programs use. */
export class ThreadLink implements WorkerLink {
  readonly claims: Claims;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #events: LinkEvents;
  readonly #depth: number;
  #error: unknown;

  constructor(settings: ThreadSettings, events: LinkEvents) {
    const { port1, port2 } = new MessageChannel();
    this.#depth = settings.depth;
    this.#events = events;
    this.claims = new Claims(settings.depth);
    this.#port = port1;
    this.#worker = startThread(settings, { port: port2, claims: this.claims.words, burst: settings.depth });
    this.#worker.unref();
    port1.on('message', (answer: ThreadAnswer) => this.#onMessage(answer));
    // The worker's own handle keeps the process alive while that is wanted.
    port1.unref();
    port1.on('messageerror', (error) => this.#onUnreadable(error));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#onExit(code));
  }

  send(message: CallMessage, transferList: readonly Transferable[]): void {
    // An array takes the two threads half the time to write and read that an object takes.
    const { id, slot, source, url, name, args, isChunk, variables } = message;
    const fields = [id, slot, source, url, name, args, isChunk, variables];
    postMessage(this.#port, fields, transferList);
  }

  keepAlive(isWanted: boolean): void {
    if (isWanted) this.#worker.ref();
    else this.#worker.unref();
  }

  stop(): void {
    this.#port.postMessage(null);
  }

  kill(): void {
    void this.#worker.terminate();
  }

  #onMessage(first: ThreadAnswer): void {
    this.#onAnswer(first);
    // Reading what else has arrived costs less than the event for it would. There cannot be more than was sent.
    for (let read = 1; read < this.#depth && this.#readNext(); read++);
    this.#events.onRepliesEnd();
  }

  #onUnreadable(error: unknown): void {
    this.#events.onUnreadable(error);
    this.#events.onRepliesEnd();
  }

  /** Passes on what has arrived next; `false` when there is nothing. */
  #readNext(): boolean {
    let next: { message: ThreadAnswer } | undefined;
    try {
      next = receiveMessageOnPort(this.#port);
    } catch (error) {
      this.#events.onUnreadable(error);
      return true;
    }
    if (next === undefined) return false;
    this.#onAnswer(next.message);
    return true;
  }

  #onAnswer(answer: ThreadAnswer): void {
    if (Array.isArray(answer)) this.#events.onReply({ type: 'bight:done', id: answer[0], value: answer[1] });
    else this.#events.onReply(answer);
  }

  #fail(error: unknown): void {
    this.#error = error;
    this.#events.onLeaving();
    this.kill();
  }

  #onExit(code: number): void {
    // Its last answers may still lie in the channel.
    while (this.#readNext());
    this.#port.close();
    const how =
      this.#error === undefined ? `exited with code ${code}` : `died of ${describeThrown(this.#error)}`;
    this.#events.onEnd(`${how} before the call ended`, this.#error);
  }
}

/**
 * What a thread did not catch: anything, or a copy of an error, which the platform does not count as an error any more.
 */
function describeThrown(value: unknown): string {
  const { name, message } = Object(value) as Partial<Error>;
  return typeof message === 'string' ? `${name}: ${message}` : describeValue(value);
}

function startThread(
  { name, env, execArgv, resourceLimits }: ThreadSettings,
  workerData: { port: MessagePort; claims: Int32Array; burst: number },
): Worker {
  const { main, isSource } = threadWorkerMain();
  const start = (flags: readonly string[] | undefined) =>
    new Worker(main, {
      eval: isSource,
      name,
      env,
      resourceLimits,
      execArgv: flags === undefined ? undefined : [...flags],
      workerData,
      transferList: [workerData.port],
    });
  if (execArgv !== undefined) return start(execArgv);
  try {
    return start(inheritedExecArgv());
  } catch (error) {
    // Flags of V8 can be inherited as a whole and not be given one by one.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
    return start([]);
  }
}
