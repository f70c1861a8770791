// What a terminal would obey, or reorder: control characters, and those that change the direction of writing.
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text with every control character escaped. @internal */
export function escapeControls(text: string): string {
  return text.replace(unprintable, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    if (character === '\r') return '\\r';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A text in single quotes. @internal */
export function quote(text: string): string {
  return `'${escapeControls(text.replace(/[\\']/g, '\\$&'))}'`;
}

/** Names come from the program, or from what it received. */
const LONGEST_NAME = 1000;

/** A name, cut where it is endless. @internal */
export function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
}
