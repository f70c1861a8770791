export function runFolder(part: string): string;
export function outputOf(program: string): string;
