/** Writing one file where the user asked for it, with a clear problem when that can't be. */
import { join } from 'node:path';
import { writeWhole } from '../record/index.js';

/**
 * Writes a file whole or not at all; makes its folder. Gives its path.
 * @throws ProblemError (`output`) when the folder can't be made or written to.
 */
export async function writeTextFile(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeWhole(path, text);
  return path;
}
