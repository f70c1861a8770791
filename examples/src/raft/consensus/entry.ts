import type { Command } from '../store/commands.js';
import type { Configuration } from './configuration.js';

/** An entry of the replicated log. Its index is its position in the log, from 1. */
export type Entry = { readonly term: number } & (
  | { readonly kind: 'nothing' }
  | { readonly kind: 'members'; readonly members: Configuration }
  | { readonly kind: 'command'; readonly command: Command }
);

/** The result of the entries up to an index, which it replaces. */
export interface Snapshot {
  /** The index of the last entry in it. */
  readonly index: number;
  readonly term: number;
  readonly members: Configuration;
  /** The store, as text. */
  readonly state: string;
}
