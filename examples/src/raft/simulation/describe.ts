import type { WorldEvent } from '@bight/loop-testing';
import type { Message } from '../consensus/messages.js';
import { decode } from '../transport/envelope.js';

/** Describes a datagram in a few words, for the trace of a run. */
export function describe(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const envelope = decode(buffer);
  if (envelope === null) return buffer.toString().trim().slice(0, 60);
  const { message } = envelope;
  return `${wordsFor(message)}, term ${message.term}`;
}

function wordsFor(message: Message): string {
  switch (message.kind) {
    case 'requestVote':
      return message.isTrial ? 'would you vote for me?' : 'vote for me!';
    case 'vote':
      return `${message.granted ? 'yes' : 'no'}${message.isTrial ? ', I would' : ''}`;
    case 'append': {
      const { previousIndex, entries } = message;
      if (entries.length === 0) return `follow me at ${previousIndex}`;
      return `take ${previousIndex + 1} to ${previousIndex + entries.length}`;
    }
    case 'appended':
      return message.ok ? `have ${message.index}` : `not after ${message.index}`;
    case 'snapshot':
      return `snapshot ${message.index} from ${message.offset}`;
    case 'received':
      return `snapshot ${message.index} up to ${message.offset}`;
  }
}

/** Whether an event is shown in a diagram: starts and crashes of nodes, votes, and entries. */
export function isWorthShowing({ kind, bytes }: WorldEvent): boolean {
  if (bytes === null) return /crash|restart|pause|resume|cut|heal/.test(kind);
  const message = decode(Buffer.from(bytes))?.message;
  if (message === undefined || message.kind === 'appended') return false;
  return message.kind !== 'append' || message.entries.length > 0;
}
