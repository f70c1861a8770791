/** The text of a declaration file without its internal members. */
export function withoutInternal(text: string): string;
