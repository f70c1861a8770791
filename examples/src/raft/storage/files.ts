/** An open file: Node's `FileHandle`, or one of a simulated disk. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<unknown>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The files of a node: in a folder, or on a simulated disk. */
export interface Files {
  open(name: string, flag: 'a' | 'w'): Promise<OpenFile>;
  readFile(name: string): Promise<Uint8Array>;
  rename(from: string, to: string): Promise<unknown>;
  /** Synchronizes the names of the files. */
  syncDirectory(): Promise<void>;
}

/** Replaces a file atomically: after a crash the old or the new file exists, whole. */
export async function replaceFile(files: Files, name: string, contents: Uint8Array): Promise<void> {
  const file = await files.open(`${name}.new`, 'w');
  await file.write(contents);
  await file.sync();
  await file.close();
  await files.rename(`${name}.new`, name);
  await files.syncDirectory();
}

/** The contents of a file; empty if it does not exist. */
export async function readIfThere(files: Files, name: string): Promise<Buffer> {
  try {
    return Buffer.from(await files.readFile(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
