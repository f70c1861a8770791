import { type ChildProcess, fork, spawn } from 'node:child_process';
import v8 from 'node:v8';
import type { CallMessage, ReplyMessage } from '../calls/call-message.js';
import { serialize } from '../calls/serialize.js';
import { inheritedExecArgv } from '../pool/exec-argv.js';
import type { LinkEvents, WorkerLink } from '../pool/worker-link.js';
import { processWorkerMain } from '../worker-files.js';
import { watchChildEnd } from './child-end.js';

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

  constructor({ cwd, env, execArgv }: ProcessSettings, events: LinkEvents) {
    this.#events = events;
    this.#child = startProcess({ cwd, env, execArgv });
    this.keepAlive(false);
    watchExit();
    this.#child.on('message', (message) => this.#onMessage(message));
    this.#child.on('disconnect', () => events.onLeaving());
    this.#child.on('exit', () => busy.delete(this.#child));
    watchChildEnd(this.#child, (how, error) => {
      busy.delete(this.#child);
      if (error === undefined) events.onEnd(`${how} before the call ended`);
      else events.onEnd(how, error);
    });
  }

  send(message: CallMessage): void {
    // A closed channel is reported by 'disconnect'.
    // The channel carries bytes: of a value that it cannot read, Node makes an uncaught exception, and reads no more.
    this.#child.send(serialize(message, 'the value'), () => {});
  }

  keepAlive(isWanted: boolean): void {
    if (isWanted) {
      this.#child.ref();
      this.#child.channel?.ref?.();
      busy.add(this.#child);
    } else {
      this.#child.unref();
      this.#child.channel?.unref?.();
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
    this.#onReply(message.bytes);
    this.#events.onRepliesEnd();
  }

  #onReply(bytes: Uint8Array): void {
    let reply: ReplyMessage;
    try {
      reply = v8.deserialize(bytes) as ReplyMessage;
    } catch (error) {
      this.#events.onUnreadable(error);
      return;
    }
    this.#events.onReply(reply);
  }
}

/** A reply on the channel, in bytes. A call may send messages of its own. */
interface Envelope {
  readonly type: 'bight:reply';
  readonly bytes: Uint8Array;
}

function isReply(message: unknown): message is Envelope {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'bight:reply'
  );
}

/**
 * The processes that are in the middle of a call. Idle ones end by themselves when the channel closes, but these would
 * go on to the end of the call although no process is left to take its result.
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

function startProcess({ cwd, env, execArgv }: ProcessSettings): ChildProcess {
  const flags = execArgv ?? inheritedExecArgv();
  const { main, isSource } = processWorkerMain();
  const options = { cwd, env, serialization: 'advanced' } as const;
  if (!isSource) return fork(main, flags === undefined ? options : { ...options, execArgv: [...flags] });
  // As `fork()` does it, with a text in place of a file.
  const args = [...(flags ?? process.execArgv), '--input-type=commonjs', '--eval', main];
  return spawn(process.execPath, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
}
