import { type StreamReader, type StreamWriter, TaskGroup } from 'bight';
import { Member } from './member.js';
import { Room } from './room.js';

const HELP = '* /join ROOM, /rooms, /who, /quit; everything else is said to the room';
const FIRST_ROOM = 'lobby';
const NAME = /^[\p{L}\p{N}_-]{1,20}$/u;

/** A chat: its members, and the rooms that they are in. */
export class Chat {
  readonly #members = new Map<string, Member>();
  readonly #rooms = new Map<string, Room>();

  /** Serves a client from the first line to the last. */
  async serve(reader: StreamReader, writer: StreamWriter): Promise<void> {
    try {
      const member = await this.#welcome(reader, writer);
      if (member !== null) await this.#accompany(member, reader);
    } catch (error) {
      // A client that disconnects without a good-bye leaves in the same way.
      if (!writer.isClosing()) throw error;
    } finally {
      writer.close();
    }
  }

  /** Says good-bye to every member. */
  close(): void {
    for (const member of this.#members.values()) member.goodbye('* The chat closes. Good-bye!');
  }

  /** Asks for a name until one is free; returns `null` if the client disconnects. */
  async #welcome(reader: StreamReader, writer: StreamWriter): Promise<Member | null> {
    await writer.send(Buffer.from('* What is your name?\n'));
    for await (const line of reader.lines()) {
      const name = String(line).trim();
      if (NAME.test(name) && !this.#members.has(name)) return new Member(name, writer);
      await writer.send(Buffer.from('* That name is not to be had. Another one?\n'));
    }
    return null;
  }

  /** Sends a member its lines, and handles the member's lines, until the last line is sent. */
  async #accompany(member: Member, reader: StreamReader): Promise<void> {
    this.#members.set(member.name, member);
    member.deliver(HELP);
    this.#enter(FIRST_ROOM, member);
    try {
      await TaskGroup.run(async (group) => {
        group.createTask(async () => {
          await member.sendLines();
          group.cancel();
        });
        await this.#listenTo(member, reader);
        member.goodbye('* Good-bye!');
      });
    } finally {
      this.#leave(member);
      this.#members.delete(member.name);
    }
  }

  async #listenTo(member: Member, reader: StreamReader): Promise<void> {
    for await (const line of reader.lines()) {
      // Control characters must not reach another member's terminal.
      const said = String(line)
        .replace(/\p{Cc}/gu, '')
        .trim();
      const [, command, argument] = /^\/(\w*) *(.*)$/.exec(said) ?? [];
      if (command === 'quit') return;
      if (command !== undefined) this.#obey(member, command, argument ?? '');
      else if (said !== '') member.room?.announce(`<${member.name}> ${said}`, member);
    }
  }

  #obey(member: Member, command: string, argument: string): void {
    if (command === 'who') member.deliver(`* ${member.room?.names().join(', ')}`);
    else if (command === 'rooms') member.deliver(`* ${[...this.#rooms.keys()].sort().join(', ')}`);
    else if (command === 'join' && NAME.test(argument)) {
      this.#leave(member);
      this.#enter(argument, member);
    } else member.deliver(HELP);
  }

  #enter(name: string, member: Member): void {
    const room = this.#rooms.get(name) ?? new Room(name);
    this.#rooms.set(name, room);
    room.enter(member);
  }

  #leave(member: Member): void {
    const { room } = member;
    room?.leave(member);
    if (room?.isEmpty) this.#rooms.delete(room.name);
  }
}
