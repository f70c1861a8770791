/** The text of a bundle in which every class expression at the top level has the name of its variable. */
export function withClassNames(text: string, file?: string): string;
