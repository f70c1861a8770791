import type { ReadinessLoop } from '@bight/loop-abstract';
import type { SubprocessHostLoop } from '../host-loop.js';
import type { PipeKind } from './open-stream.js';
import type { Hangup } from './write-pipe-transport.js';

/**
 * How the end of the reader of a pipe can be noticed here. Node.js notices it with the next write only; a loop that
 * watches descriptors notices it at once.
 */
export function hangupOf(loop: SubprocessHostLoop, kind: PipeKind, fd: number): Hangup {
  if (kind === 'socket') return 'read';
  if (kind === 'device' || !('addReader' in loop)) return 'unseen';
  const readiness = loop as SubprocessHostLoop & ReadinessLoop;
  return (onHangup) => {
    try {
      readiness.addReader(fd, onHangup);
    } catch {
      // Only a selector can do that.
      return () => {};
    }
    return () => {
      if (!readiness.isClosed()) readiness.removeReader(fd);
    };
  };
}
