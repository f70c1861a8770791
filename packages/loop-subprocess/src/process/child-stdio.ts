import type { ChildProcess, StdioOptions } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import type { Duplex } from 'node:stream';
import { nodeInternals } from '@bight/contextvars/low-level';
import { nativeParts } from '../native/native-parts.js';
import { openStream } from '../pipes/open-stream.js';
import type { StdioPlan } from './stdio.js';

/** This process's end of a pipe to a child. */
export interface ParentEnd {
  readonly stream: Duplex;
  /** The descriptor of a pipe; `null` for a socket pair, whose stream owns it. */
  readonly fd: number | null;
}

/** Whether pipes can be made here. Node.js cannot make them: without the addon children get socket pairs. */
export function hasPipes(): boolean {
  return nativeParts() !== null;
}

/** What is opened for the descriptors of a child, on both sides. */
export class ChildStdio {
  readonly #plan: StdioPlan;
  readonly #pipes = new Map<number, ParentEnd>();
  readonly #given: (number | net.Socket | 'pipe' | 'ignore')[] = [];
  /** The descriptors that are the child's alone. */
  readonly #childs: number[] = [];
  readonly #pair: readonly [near: net.Socket, far: net.Socket] | null;

  /**
   * @param pair - two connected sockets for an output that is shared, where there are no pipes
   * @throws the system's error; then nothing stays open
   */
  constructor(plan: StdioPlan, pair: readonly [near: net.Socket, far: net.Socket] | null) {
    this.#plan = plan;
    this.#pair = pair;
    try {
      for (const fd of plan.targets.keys()) this.#given.push(this.#open(fd));
    } catch (error) {
      this.discard();
      this.closeChildsEnds();
      throw error;
    }
  }

  /** What the child is started with. */
  get given(): StdioOptions {
    return this.#given;
  }

  /** The same as descriptors, with -1 for the null device; `null` where Node has to make some. */
  get descriptors(): number[] | null {
    const descriptors = this.#given.map((given) => (given === 'ignore' ? -1 : given));
    return descriptors.every((given) => typeof given === 'number') ? descriptors : null;
  }

  /** This process's ends by the child's descriptors, but for those that Node makes. */
  get pipes(): ReadonlyMap<number, ParentEnd> {
    return this.#pipes;
  }

  /** All of this process's ends, with those that Node has made for the child. */
  takePipes(child: ChildProcess): ReadonlyMap<number, ParentEnd> {
    this.#given.forEach((given, fd) => {
      const stream = child.stdio[fd];
      if (given === 'pipe' && stream)
        this.#pipes.set(fd, { stream: ownStream(stream as Duplex, fd), fd: null });
    });
    return this.#pipes;
  }

  /** Closes this process's ends: the child was not started. */
  discard(): void {
    this.#pair?.[0].destroy();
    for (const { stream } of this.#pipes.values()) stream.destroy();
  }

  /** Closes the child's ends here. */
  closeChildsEnds(): void {
    this.#pair?.[1].destroy();
    for (const fd of this.#childs.splice(0)) closeSync(fd);
  }

  #open(fd: number): number | net.Socket | 'pipe' | 'ignore' {
    const { targets, isMerged } = this.#plan;
    const target = targets[fd]!;
    if (isMerged && fd === 2) return this.#given[1]!;
    if (typeof target === 'number') return target;
    if (target === 'pipe') return this.#openPipe(fd, isMerged && fd === 1);
    // The system's own null device serves the standard streams; further descriptors would stay closed.
    if (fd <= 2) return 'ignore';
    const device = openSync(os.devNull, 'r+');
    this.#childs.push(device);
    return device;
  }

  #openPipe(fd: number, isShared: boolean): number | net.Socket | 'pipe' {
    // Further descriptors go in both directions, as a pipe cannot.
    const native = nativeParts();
    if (native === null || fd > 2) {
      if (!isShared || this.#pair === null) return 'pipe';
      this.#pipes.set(fd, { stream: this.#pair[0], fd: null });
      return this.#pair[1];
    }
    const [reading, writing] = native.openPipe();
    const [near, far] = fd === 0 ? [writing, reading] : [reading, writing];
    this.#childs.push(far);
    try {
      this.#pipes.set(fd, {
        stream: openStream(near, 'pipe', fd === 0 ? 'write' : 'read') as Duplex,
        fd: near,
      });
    } catch (error) {
      closeSync(near);
      throw error;
    }
    return far;
  }
}

interface HandleOwner {
  _handle?: unknown;
}

/**
 * Takes a pipe away from the `ChildProcess`. That object closes standard input and lets the outputs flow when the
 * process exits, whether or not a program has paused them; and it does not read from standard input, where the end
 * would show that the process has closed it.
 */
function ownStream(stream: Duplex, fd: number): Duplex {
  const owner = stream as HandleOwner;
  const handle = owner._handle;
  // Other runtimes have no such handle; there the stream is used as it is.
  if (typeof handle !== 'object' || handle === null || !nodeInternals()) return stream;
  owner._handle = null;
  const isWritable = fd === 0 || fd > 2;
  const options = { handle, readable: true, writable: isWritable, allowHalfOpen: true, manualStart: true };
  return new net.Socket(options as net.SocketConstructorOpts);
}
