import { escapeControls } from '@bight/loop-core/low-level';
import { oneLine } from '../errors/one-line.js';

/** Something that has happened in a simulated world. */
export interface WorldEvent {
  /** When: **seconds** of the world's time. */
  readonly time: number;
  /**
   * What: `'data'`, `'datagram'`, `'accept'`, `'end'`, `'reset'`, each of them also with `' lost'` behind it;
   * `'crash'`, `'stop'`, `'restart'`, `'pause'`, `'resume'`, `'cut'`, `'heal'`.
   */
  readonly kind: string;
  /** The name of the host where it began. */
  readonly from: string;
  /** The name of the host where it arrived or would have; `null` for what concerns one host. */
  readonly to: string | null;
  /** What was on its way, if it was bytes. */
  readonly bytes: Uint8Array | null;
}

/** Makes readable what was on its way. */
export type Decoder = (bytes: Uint8Array, event: WorldEvent) => string;

/** An event as one line of text. */
export function formatEvent(event: WorldEvent, decode?: Decoder): string {
  const { time, from, to } = event;
  const way = to === null ? from : `${from} → ${to}`;
  return `${time.toFixed(6)} ${way}: ${label(event, decode)}`;
}

/** What an event is, without its time and place, in one line. */
export function label(event: WorldEvent, decode?: Decoder): string {
  const { kind, bytes } = event;
  if (bytes === null) return kind;
  if (decode === undefined) return `${kind} ${bytes.length} bytes`;
  try {
    return escapeControls(`${kind} ${decode(bytes, event)}`);
  } catch (error) {
    // What was corrupted on its way may not be readable, and a failure must not hide another one.
    return escapeControls(`${kind} ${bytes.length} bytes (the decoder failed: ${oneLine(error)})`);
  }
}
