/** Words that hide the actor, and what this project says instead: call, report, deliver, notify. */
const FOREIGN =
  /\b(?:(?:some|no|every|any)body(?:'s)?|someone|whoever|everyone|people|tell|tells|told|telling|hear|hears|heard)\b|\bof Node's(?=[.,;:)])./gi;

/** "Has `func` called" does not say who calls it: "the worker calls `func`" does. */
const CAUSED = /\bhas (?:`[^`]*`|(?:the|an?|its|every|each) \w+) (?:called|run|made)\b/gi;

/** A word that is not used here, and its line. */
export interface ForeignWord {
  line: number;
  word: string;
}

/** Such words in comments and strings, or anywhere in a document (`.md`) outside of its code. */
export function foreignWords(text: string, extension: string): ForeignWord[] {
  return text.split('\n').flatMap((content, index) => {
    const prose = extension === '.md' ? content : proseOf(content, extension);
    const words = prose.replaceAll(/`[^`]*`/g, '').matchAll(FOREIGN);
    return [...words, ...prose.matchAll(CAUSED)].map(([word]) => ({ line: index + 1, word }));
  });
}

/** The comments and strings of a line of a program. */
function proseOf(line: string, extension: string): string {
  const isPython = extension === '.py';
  const comment = (isPython ? /(?:"""|#)(.*)$/ : /(?:^\s*\*|\/\*+|(?<!:)\/\/)(.*)$/).exec(line);
  if (comment !== null) return comment[1]!.replace(/(?:\*\/|""").*$/, '');
  return [...line.matchAll(/(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g)]
    .map(([, , text]) => text!)
    .filter((text) => text.includes(' '))
    .join(' ');
}
