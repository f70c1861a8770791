export function withWholePackages(text: string): string;
