/** Files and folders that the user names: what is there, and writing one, with a clear problem when that can't be. */
import { statSync } from 'node:fs';
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

/** Whether a folder is there that can be looked at: not a file, a loop of links or a name that is too long. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
