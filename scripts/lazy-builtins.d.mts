/** The text of a bundle whose imports of Node's modules are lazy. */
export function withLazyBuiltins(text: string, file?: string): string;
