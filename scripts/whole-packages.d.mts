/** The text of a built file that imports from whole packages what it imported from their entry points. */
export function withWholePackages(text: string): string;
