/** An open file: Node's `FileHandle`, or one of a simulated disk. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<unknown>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Where a node keeps its files: a folder, or a simulated disk. */
export interface Files {
  open(name: string, flag: 'a' | 'w'): Promise<OpenFile>;
  readFile(name: string): Promise<Uint8Array>;
  rename(from: string, to: string): Promise<unknown>;
  /** Brings the names of the files to the disk. */
  syncDirectory(): Promise<void>;
}

/** Puts a file in the place of another one: after a crash one of both is there, whole. */
export async function replaceFile(files: Files, name: string, contents: Uint8Array): Promise<void> {
  const file = await files.open(`${name}.new`, 'w');
  await file.write(contents);
  await file.sync();
  await file.close();
  await files.rename(`${name}.new`, name);
  await files.syncDirectory();
}

/** The whole contents of a file; nothing, if there is none. */
export async function readIfThere(files: Files, name: string): Promise<Buffer> {
  try {
    return Buffer.from(await files.readFile(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
