import type { Member } from './member.js';

/** The members that get each other's lines. */
export class Room {
  readonly name: string;
  readonly #members = new Set<Member>();

  constructor(name: string) {
    this.name = name;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** The names of the members, in alphabetical order. */
  names(): string[] {
    return [...this.#members].map(({ name }) => name).sort();
  }

  enter(member: Member): void {
    this.announce(`* ${member.name} has come in`);
    this.#members.add(member);
    member.room = this;
    member.deliver(`* You are in ${this.name}, with: ${this.names().join(', ')}`);
  }

  leave(member: Member): void {
    this.#members.delete(member);
    member.room = null;
    this.announce(`* ${member.name} has left`);
  }

  /** Sends a line to every member but its author. */
  announce(line: string, from?: Member): void {
    for (const member of this.#members) if (member !== from) member.deliver(line);
  }
}
