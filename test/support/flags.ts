/** Names of options and properties that asyncio, Node, the sockets API or a protocol gave. */
const GIVEN = new Set([
  ...['debug', 'eagerStart', 'returnExceptions', 'serverSide'],
  ...['allowBroadcast', 'keepAlive', 'noDelay', 'reuseAddress', 'reusePort'],
  ...['authorized', 'destroyed', 'detached', 'enable', 'encrypted', 'windowsHide'],
  // Of reports that programs read, of the options of commands, and of a server's settings.
  ...['all', 'ok', 'restart', 'running'],
]);

const TYPE = String.raw`: boolean(?: \| \w+)*`;
const VALUE = `(?:${TYPE})? = (?:true|false)`;
const WORDS = '(?:(?:static|readonly|declare|override|protected) )';

/** A variable; a private member, or one with a symbol; a member with a word before it; one with a value. */
const FLAG = new RegExp(
  String.raw`^\s*(?:let (\w+)${VALUE};|${WORDS}*(#\w+|\[k\w+\])(?:${TYPE}|${VALUE});|` +
    String.raw`${WORDS}+(\w+)(?:${TYPE}|${VALUE});|(?<=^ {2})(\w+)${VALUE};)`,
);

/** `isOpen`, `#hasEnded`, `kMayWait`; or a verb that says what the member's owner does: `keepsOpen`. */
const STATEMENT = /^[#[]?k?(?:[Cc]an|[Mm]ay|[Mm]ust|[Dd]id|[Ww]ent|[A-Za-z][a-z]*s)(?=[A-Z\]]|$)/;

/** A flag whose name is no statement, and its line. */
export interface Flag {
  line: number;
  name: string;
}

/** The flags of a program that are called by a participle or a noun (`closed`), where `isClosed` would say it. */
export function flagsOf(text: string): Flag[] {
  return text.split('\n').flatMap((content, index) => {
    const match = FLAG.exec(content);
    if (match === null) return [];
    const name = (match[1] ?? match[2] ?? match[3] ?? match[4])!;
    return STATEMENT.test(name) || GIVEN.has(name.replace('#', '')) ? [] : [{ line: index + 1, name }];
  });
}
