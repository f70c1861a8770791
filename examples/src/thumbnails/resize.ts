/** The workers' module: `npx bight worker thumbnails examples/dist/thumbnails/resize.js`. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { sleep } from 'bight';
import { Jimp, JimpMime } from 'jimp';

/**
 * Makes a thumbnail. A job may run twice, even at once: each run writes a file of its own, and renames it at the end.
 *
 * @param picture - the file of the picture
 * @param thumbnail - the file to make, in the picture's format
 * @param size - the greatest width and height, in pixels
 */
export async function resize(picture: string, thumbnail: string, size: number): Promise<void> {
  const image = await Jimp.read(await readFile(picture));
  // Decoding and scaling block the loop; between them the task can be cancelled.
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
