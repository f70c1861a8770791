/** The text of a bundle with escapes for what is beyond Latin-1. */
export function inOneByte(text: string): string;
