import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import type { LoopCounts, LoopSnapshot } from '@bight/loop-core/low-level';
import WebSocket from 'ws';
import type { TaskRequest } from '../server/task-request.js';
import type { Target, TargetCounts, TargetSnapshot } from './target.js';

// Taken at import: fake timers, which replace the global functions, are not for this.
const { clearTimeout, setTimeout } = globalThis;
const wallTime = Date.now;

const PORT = 9229;
const PATIENCE_MS = 5000;
const RETRY_MS = 50;
const ANSWER_MS = 1000;
const MOMENT_MS = 100;
const SIGUSR1_BIT = 1n << 9n;
/** How long after the last request an inspector that was opened for `bight` closes, also when `bight` was killed. */
const LEASE_MS = 10_000;

/** In the process: the leases of the clients for which its inspector was opened. */
const LEASES = `globalThis[Symbol.for('@bight/inspect/leases')]`;

/**
 * Evaluated in the middle of other code, it shows that code: a thread that is blocked answers between two of its
 * instructions.
 */
const STACK = `(() => {
  const before = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 30;
    return String(new Error().stack);
  } finally {
    Error.stackTraceLimit = before;
  }
})()`;

interface Reply {
  readonly id?: number;
  readonly result?: {
    result?: { value?: unknown };
    exceptionDetails?: { text: string; exception?: { description?: string } };
  };
  readonly error?: { message: string };
}

/** A process that was started without anything, through Node's own inspector. */
export class NodeInspectorTarget implements Target {
  readonly #pid: number;
  readonly #socket: WebSocket;
  /** Its lease in the process; `null` where the program itself has opened its inspector. */
  #lease: string | null = null;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  #requests = 0;

  private constructor(pid: number, socket: WebSocket) {
    this.#pid = pid;
    this.#socket = socket;
    socket.on('message', (data) => {
      const reply = JSON.parse(String(data)) as Reply;
      if (reply.id === undefined) return;
      this.#replies.get(reply.id)?.(reply);
      this.#replies.delete(reply.id);
    });
    socket.on('close', () => {
      for (const answer of this.#replies.values())
        answer({ error: { message: 'the process has closed the connection' } });
    });
    socket.on('error', () => {});
  }

  /** Asks the process, with SIGUSR1, to open its inspector, and connects. */
  static async connect(pid: number): Promise<NodeInspectorTarget> {
    if (isElsewhere(pid)) {
      throw new Error(`process ${pid} is in another namespace, as of a container: run bight in there`);
    }
    const open = await this.#findOpen(pid);
    if (open !== null) {
      // Another `bight` may have opened it, and may leave before this one does.
      if ((await open.#evaluate(`${LEASES}?.size > 0`)) === true) await open.#take();
      return open;
    }
    if (!catchesSigusr1(pid)) {
      throw new Error(
        `process ${pid} does not open Node's inspector on SIGUSR1 (not Node.js, or --disable-sigusr1): set BIGHT_INSPECT=1`,
      );
    }
    process.kill(pid, 'SIGUSR1');
    for (const until = wallTime() + PATIENCE_MS; wallTime() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      const opened = await this.#find(pid);
      if (opened === null) continue;
      await opened.#take();
      return opened;
    }
    throw new Error(
      `process ${pid} has not opened port ${PORT}, which another process may have: start it with BIGHT_INSPECT=1`,
    );
  }

  /** The inspector of a process, if it is open. @throws {Error} when its port is another's */
  static async #findOpen(pid: number): Promise<NodeInspectorTarget | null> {
    // An inspector that is about to close has its port for a moment longer.
    const until = wallTime() + PATIENCE_MS;
    for (;;) {
      const open = await this.#find(pid);
      if (open !== null || !(await isPortTaken())) return open;
      if (wallTime() > until) break;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    throw new Error(
      `process ${pid} does not answer on port ${PORT}, which another process may have: start it with BIGHT_INSPECT=1`,
    );
  }

  /** The inspector of a process, if it is open. */
  static async #find(pid: number): Promise<NodeInspectorTarget | null> {
    let targets: { webSocketDebuggerUrl?: string }[];
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const response = await fetch(`http://127.0.0.1:${PORT}/json/list`, { signal });
      targets = (await response.json()) as typeof targets;
    } catch {
      return null;
    }
    for (const { webSocketDebuggerUrl: url } of targets) {
      if (url === undefined) continue;
      const socket = new WebSocket(url, { handshakeTimeout: PATIENCE_MS });
      const isOpen = await new Promise<boolean>((resolve) => {
        socket.once('open', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      if (!isOpen) continue;
      const target = new NodeInspectorTarget(pid, socket);
      if ((await target.#evaluate('process.pid').catch(() => null)) === pid) return target;
      socket.terminate();
    }
    return null;
  }

  async #take(): Promise<void> {
    this.#lease = randomUUID();
    await this.#renew();
  }

  /** Lets the inspector close a while after this, unless it is renewed. */
  async #renew(): Promise<void> {
    if (this.#lease === null) return;
    await this.#evaluate(
      `(() => {
        const { clearTimeout, setTimeout } = process.getBuiltinModule('node:timers');
        const leases = (${LEASES} ??= new Map());
        const id = '${this.#lease}';
        const end = () => {
          leases.delete(id);
          if (leases.size === 0) process.getBuiltinModule('node:inspector').close();
        };
        clearTimeout(leases.get(id)?.timer);
        leases.set(id, { end, timer: setTimeout(end, ${LEASE_MS}).unref() });
      })()`,
    );
  }

  async snapshot({ loop: wanted, after, limit }: TaskRequest): Promise<TargetSnapshot> {
    await this.#renew();
    const { loops, stack } = await this.#look<LoopSnapshot>(
      `snapshot(${JSON.stringify({ after, limit })}, ${wanted})`,
    );
    const blocked = await this.#blocked(stack);
    return { pid: this.#pid, loops: loops.map((loop) => ({ ...loop, thread: 0, ...blocked })) };
  }

  async counts(): Promise<TargetCounts> {
    await this.#renew();
    const { loops, stack } = await this.#look<LoopCounts>('counts()');
    const { blockedFor } = await this.#blocked(stack);
    return { pid: this.#pid, loops: loops.map((loop) => ({ ...loop, thread: 0, blockedFor })) };
  }

  /** Whether the code whose stack this is blocks the thread, and where. */
  async #blocked(stack: readonly string[]): Promise<{ blockedFor: number; blockedStack?: string[] }> {
    // Code that runs now may be about to wait: the thread is blocked if it still runs a moment later.
    const later = stack.length === 0 ? [] : await this.#stackLater();
    return later.length === 0 ? { blockedFor: 0 } : { blockedFor: MOMENT_MS / 1000, blockedStack: later };
  }

  /** What the loops answer, and where the thread stands. */
  async #look<T>(call: string): Promise<{ loops: readonly T[]; stack: string[] }> {
    const text = await this.#evaluate(
      `(() => {
        const registry = globalThis[Symbol.for('@bight/loop-core/loops')];
        return JSON.stringify({ loops: registry === undefined ? null : registry.${call}, stack: ${STACK} });
      })()`,
    );
    const { loops, stack } = JSON.parse(String(text)) as { loops: T[] | null; stack: string };
    if (loops === null) throw new Error(`process ${this.#pid} has no event loop of bight`);
    return { loops, stack: parseStack(stack) };
  }

  async #stackLater(): Promise<string[]> {
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    return parseStack(String(await this.#evaluate(STACK)));
  }

  async cancel(task: number): Promise<boolean> {
    return (
      (await this.#evaluate(`globalThis[Symbol.for('@bight/loop-core/loops')]?.cancel(${task}) === true`)) ===
      true
    );
  }

  async profile(): Promise<unknown> {
    return { until: wallTime(), loops: [] };
  }

  async trace(): Promise<never> {
    throw new Error(`a trace needs an inspector of bight: start the process with BIGHT_INSPECT=1`);
  }

  /** Closes the connection, and the inspector, if it was opened for this and has no other client. */
  async close(): Promise<void> {
    if (this.#lease !== null) {
      // Later, since it waits for its connections to end.
      await this.#evaluate(
        `(() => {
          const { clearTimeout, setTimeout } = process.getBuiltinModule('node:timers');
          const lease = ${LEASES}?.get('${this.#lease}');
          if (lease === undefined) return;
          clearTimeout(lease.timer);
          lease.timer = setTimeout(lease.end, 100).unref();
        })()`,
      ).catch(() => {});
    }
    this.#socket.terminate();
  }

  async #evaluate(expression: string): Promise<unknown> {
    const id = ++this.#requests;
    const { result, error } = await new Promise<Reply>((resolve) => {
      const timer = setTimeout(
        () => resolve({ error: { message: 'the process does not answer' } }),
        PATIENCE_MS,
      );
      this.#replies.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
      this.#socket.send(
        JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }),
      );
    });
    if (error !== undefined) throw new Error(error.message);
    if (result?.exceptionDetails !== undefined) {
      throw new Error(result.exceptionDetails.exception?.description ?? result.exceptionDetails.text);
    }
    return result?.result?.value;
  }
}

/** The frames of a stack that have a file, as lines of `function file:line:column`. */
function parseStack(stack: string): string[] {
  return stack.split('\n').flatMap((line) => {
    const found = /^\s*at (?:(?:async )?(.*?) \()?((?:file:\/\/|node:|\/|[A-Z]:\\)[^()]*:\d+:\d+)\)?$/.exec(
      line,
    );
    if (found === null) return [];
    return [`${found[1] || '<anonymous>'} ${(found[2] as string).replace(/^file:\/\//, '')}`];
  });
}

/** Whether something listens on the port of Node's inspector. */
async function isPortTaken(): Promise<boolean> {
  const socket = net.connect(PORT, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Whether a process has another number for itself, or another loopback, than this one sees. */
function isElsewhere(pid: number): boolean {
  try {
    return ['pid', 'net'].some(
      (kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`),
    );
  } catch {
    // A system without namespaces, or none of this user's processes.
    return false;
  }
}

/** Whether a process has a handler for SIGUSR1, which would end it otherwise. */
function catchesSigusr1(pid: number): boolean {
  try {
    const [, caught] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return caught !== undefined && (BigInt(`0x${caught}`) & SIGUSR1_BIT) !== 0n;
  } catch {
    // A system without /proc.
  }
  try {
    return /\bnode\b/.test(execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}
