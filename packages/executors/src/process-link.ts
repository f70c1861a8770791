import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CallMessage, ReplyMessage } from './call-message.js';
import { inheritedExecArgv } from './exec-argv.js';
import type { LinkEvents, WorkerLink } from './worker-link.js';

/** What a process is started with. */
export interface ProcessSettings {
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly execArgv: readonly string[] | undefined;
}

/** A child process and the channel that Node gives it. */
export class ProcessLink implements WorkerLink {
  readonly claims = null;
  readonly #child: ChildProcess;
  readonly #events: LinkEvents;
  #how: string | null = null;
  #isDisconnected = false;

  constructor({ cwd, env, execArgv }: ProcessSettings, events: LinkEvents) {
    this.#events = events;
    const flags = execArgv ?? inheritedExecArgv();
    this.#child = fork(fileURLToPath(new URL('./process-worker.js', import.meta.url)), {
      cwd,
      env,
      ...(flags === undefined ? {} : { execArgv: [...flags] }),
      serialization: 'advanced',
    });
    this.keepAlive(false);
    watchExit();
    this.#child.on('message', (message) => this.#onMessage(message));
    this.#child.on('error', (error) => this.#onError(error));
    this.#child.on('disconnect', () => this.#onDisconnect());
    this.#child.on('exit', (code, signal) => {
      this.#onExit(signal === null ? `exited with code ${code}` : `was killed by ${signal}`);
    });
  }

  send(message: CallMessage): void {
    try {
      // A channel that is closed is told of by 'disconnect'.
      this.#child.send(message, () => {});
    } catch (error) {
      // The serializer says so in a plain Error; threads get a DataCloneError.
      throw new DOMException(error instanceof Error ? error.message : String(error), 'DataCloneError');
    }
  }

  keepAlive(wanted: boolean): void {
    if (wanted) {
      this.#child.ref();
      this.#child.channel?.ref();
      busy.add(this.#child);
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
      busy.delete(this.#child);
    }
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#child.kill(signal);
  }

  #onMessage(message: unknown): void {
    if (!isReply(message)) return;
    this.#events.onReply(message);
    this.#events.onRepliesEnd();
  }

  #onError(error: Error): void {
    // Errors of sending and killing come here as well; then the process exists, and its end will be told of.
    if (this.#child.pid !== undefined) return;
    busy.delete(this.#child);
    this.#events.onEnd('could not be started', error);
  }

  #onDisconnect(): void {
    this.#isDisconnected = true;
    this.#events.onLeaving();
    this.#endIfGone();
  }

  #onExit(how: string): void {
    this.#how = how;
    busy.delete(this.#child);
    this.#endIfGone();
  }

  /** The last answers may be read after the process is gone; the channel's end comes after them. */
  #endIfGone(): void {
    if (this.#how !== null && this.#isDisconnected) this.#events.onEnd(`${this.#how} before the call ended`);
  }
}

function isReply(message: unknown): message is ReplyMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { type } = message as Partial<ReplyMessage>;
  return type === 'bight:done' || type === 'bight:failed' || type === 'bight:unusable';
}

/**
 * The processes that are in the middle of a call. Idle ones end by themselves when the channel closes, but these would
 * go on to the end of the call although nobody is left to take its result.
 */
const busy = new Set<ChildProcess>();
let isWatching = false;

function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.once('exit', () => {
    for (const child of busy) child.kill('SIGKILL');
  });
}
