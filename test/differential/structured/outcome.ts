import {
  BrokenResourceError,
  CancelledError,
  ClosedResourceError,
  EndOfStream,
  RuntimeError,
  WouldBlock,
} from 'bight';

/** Notes what happens; the twin of `note` in libraries.py. */
export type Note = (what: unknown) => void;

/** Scenarios, by their names. */
export type Scenarios = Record<string, (note: Note) => Promise<void>>;

const classes = { WouldBlock, BrokenResourceError, ClosedResourceError, EndOfStream, RuntimeError };

/** 'cancelled', or the class of an error. */
export function nameOf(error: unknown): string {
  if (error instanceof CancelledError) return 'cancelled';
  const [name] = Object.entries(classes).find(([, kind]) => error instanceof kind) ?? [];
  if (name === undefined) throw error;
  return name;
}
