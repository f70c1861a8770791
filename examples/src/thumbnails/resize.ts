/** What the workers do: `npx bight worker thumbnails examples/dist/thumbnails/resize.js`. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { sleep } from 'bight';
import { Jimp, JimpMime } from 'jimp';

/**
 * Makes a thumbnail. A job may run twice, at once even: each writes a file of its own, and renames it when it is whole.
 *
 * @param picture - the file of the picture
 * @param thumbnail - the file that is made, in the picture's format
 * @param size - how many pixels it is wide and high at most
 */
export async function resize(picture: string, thumbnail: string, size: number): Promise<void> {
  const image = await Jimp.read(await readFile(picture));
  // Decoding and scaling block the loop. Between them a cancel finds the task.
  await sleep(0);
  if (image.width > size || image.height > size) image.scaleToFit({ w: size, h: size });
  await sleep(0);
  const bytes = await image.getBuffer((image.mime ?? JimpMime.png) as 'image/png');
  const part = `${thumbnail}.${randomUUID()}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, thumbnail);
  } finally {
    await rm(part, { force: true });
  }
}
