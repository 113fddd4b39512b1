/** Making the folders of a record. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../problem/index.js';
import { fileError, makeFolders } from './files.js';
import type { RunHeader } from './layout.js';
import { slug } from './slug.js';

/**
 * Makes the directory of a run or an experiment below `parentFolder`: `<utc>-<name>-<id>` unless it is `called`
 * otherwise, with a number behind it when that is taken. A ProblemError (`output`) when that can't be done.
 */
export function makeRunFolder(
  parentFolder: string,
  run: Pick<RunHeader, 'startedUtc' | 'runId' | 'name'>,
  called?: string,
): string {
  try {
    makeFolders(parentFolder);
  } catch (error) {
    throw fileError(parentFolder, error);
  }
  const utc = run.startedUtc.replace(/[-:]/g, '').replace(/\.\d+/, '');
  const id = run.runId.replace(/[^A-Za-z0-9]/g, '').slice(-6);
  const name = called ?? `${utc}-${slug(run.name, 'run')}-${id}`;
  for (let n = 1; ; n++) {
    const dir = join(parentFolder, n === 1 ? name : `${name}-${n}`);
    try {
      mkdirSync(dir);
      return dir;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || n === 100) throw fileError(dir, error);
    }
  }
}
