/** Words that hide the actor, and what this project says instead: call, report, deliver, notify. */
const FOREIGN =
  /\b(?:(?:some|no|every|any)body(?:'s)?|someone|whoever|everyone|people|tell|tells|told|telling|hear|hears|heard)\b|\bof Node's(?=[.,;:)])./gi;

/** A word that is not used here, and where it stands. */
export interface ForeignWord {
  line: number;
  word: string;
}

/** Such words in comments and strings, or anywhere in a document outside of its code. */
export function foreignWords(text: string, isProse: boolean): ForeignWord[] {
  return text.split('\n').flatMap((content, index) => {
    const prose = isProse ? content.replaceAll(/`[^`]*`/g, '') : proseOf(content);
    return [...prose.matchAll(FOREIGN)].map(([word]) => ({ line: index + 1, word }));
  });
}

/** What a line of a program has of comments and strings. */
function proseOf(line: string): string {
  const comment = /(?:^\s*\*|\/\*+|(?<!:)\/\/)(.*)$/.exec(line);
  if (comment !== null) return comment[1]!.replaceAll(/`[^`]*`/g, '').replace(/\*\/.*$/, '');
  return [...line.matchAll(/(['"`])((?:(?!\1)[^\\]|\\.)* (?:(?!\1)[^\\]|\\.)*)\1/g)]
    .map(([, , words]) => words)
    .join(' ');
}
