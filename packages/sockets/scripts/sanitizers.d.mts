export function buildSanitized(options?: { name?: string; sources?: string }): string;
export function sanitizedEnvironment(binary: string): Record<string, string>;
