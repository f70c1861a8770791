import type { Command } from '../store/commands.js';
import type { Configuration } from './configuration.js';

/** An entry of the replicated log. Its place in the log, from 1, is its index. */
export type Entry = { readonly term: number } & (
  | { readonly kind: 'nothing' }
  | { readonly kind: 'members'; readonly members: Configuration }
  | { readonly kind: 'command'; readonly command: Command }
);

/** What the entries up to an index have led to; it takes their place. */
export interface Snapshot {
  /** The last entry that is in it. */
  readonly index: number;
  readonly term: number;
  readonly members: Configuration;
  /** The store, as text. */
  readonly state: string;
}
