/** The text of the script. */
export function browserProgram(): string;
/** What it reports where everything works. */
export const expected: Record<string, unknown>;
