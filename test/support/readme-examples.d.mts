/** A program in a README. */
export interface ReadmeExample {
  readonly name: string;
  readonly program: string;
  /** What it prints, according to the text around it. */
  readonly output: string;
}

export function readReadmes(): { directory: string; blocks: ReadmeExample[] }[];

export function readFrontPage(): (ReadmeExample & { readonly title: string })[];

export function nameOf(directory: string): string;
