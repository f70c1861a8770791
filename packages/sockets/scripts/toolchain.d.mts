export const packageRoot: string;
export const nativeRoot: string;
export const addonName: string;
export function sourcesOf(platform: string): string[];
export function sourceHash(): string;
export function nodeDirectory(): string | null;
export function nodeGyp(): { command: string; args: string[] } | null;
export function onPath(name: string): string | null;
