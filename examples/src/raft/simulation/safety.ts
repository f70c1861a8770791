import type { Entry } from '../consensus/entry.js';
import type { Log } from '../consensus/log.js';

/** The invariants of every moment of every run. */
export class Safety {
  readonly #votes = new Map<string, string>();
  readonly #leaders = new Map<number, string>();
  /** The applied entries, by index. */
  readonly #applied: string[] = [];
  readonly #terms: number[] = [];
  readonly #onViolation: () => void;
  /** The violations. */
  violation: Error | null = null;

  constructor(onViolation: () => void) {
    this.#onViolation = onViolation;
  }

  /** A node has one vote in a term. */
  onVote(name: string, term: number, candidate: string): void {
    const vote = `${name} ${term}`;
    const other = this.#votes.get(vote) ?? candidate;
    if (other !== candidate) this.#report(`${name} voted in term ${term} for ${other} and for ${candidate}`);
    this.#votes.set(vote, candidate);
  }

  /** A term has one leader, and a leader has every entry that earlier leaders committed. */
  onLead(name: string, term: number, log: Log): void {
    const other = this.#leaders.get(term) ?? name;
    if (other !== name) this.#report(`term ${term} has two leaders, ${other} and ${name}`);
    this.#leaders.set(term, name);
    // It may receive its votes late: it need not have the entries of later leaders.
    const last = this.#terms.findLastIndex((one) => one < term);
    if (last < 1 || log.snapshot.index >= last || log.termAt(last) === this.#terms[last]) return;
    this.#report(
      `${name} leads term ${term} without entry ${last}, which was applied: ${this.#applied[last]}`,
    );
  }

  /** All nodes apply the same entries. */
  onApply(name: string, index: number, entry: Entry): void {
    const text = JSON.stringify(entry);
    const other = this.#applied[index];
    if (other !== undefined && other !== text) {
      this.#report(`${name} applied ${text} as entry ${index}, and another node ${other}`);
    }
    this.#applied[index] = text;
    this.#terms[index] = entry.term;
  }

  #report(text: string): void {
    if (this.violation !== null) return;
    this.violation = new Error(text);
    this.#onViolation();
  }
}
