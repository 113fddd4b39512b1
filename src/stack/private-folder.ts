/** The folder of a stack that only we may read: its services' files, with secrets filled in. It goes with the stack. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError, fileErrorAdvice } from '../problem/index.js';
import type { Reaper } from '../processes/index.js';

export class PrivateFolder {
  readonly #keeper: Pick<Reaper, 'removes'>;
  #path: Promise<string> | null = null;

  constructor(keeper: Pick<Reaper, 'removes'>) {
    this.#keeper = keeper;
  }

  /**
   * Writes the files of a service.
   * @param files their final texts, by names without a folder.
   * @returns the absolute path of their folder.
   * @throws ProblemError (`preflight`) when the folder for temporary files can't be written.
   */
  async write(service: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await this.folderOf(service);
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
    } catch (thrown) {
      throw notWritten(service, thrown);
    }
    return folder;
  }

  /** The folder of a service, made if it is not there. @throws ProblemError as `write`. */
  async folderOf(service: string): Promise<string> {
    try {
      const folder = join(await (this.#path ??= this.#make()), service);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return folder;
    } catch (thrown) {
      throw notWritten(service, thrown);
    }
  }

  /** Removes everything. Idempotent, never rejects: what is left is in the folder for temporary files. */
  async remove(): Promise<void> {
    const path = await this.#path?.catch(() => null);
    this.#path = null;
    if (path !== null && path !== undefined)
      await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }

  async #make(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'plimsoll-files-'));
    // Before anything is in it: a run that is killed leaves no secret behind.
    this.#keeper.removes(path);
    await chmod(path, 0o700);
    return path;
  }
}

function notWritten(service: string, thrown: unknown): ProblemError {
  const { why, mend } = fileErrorAdvice(thrown);
  return new ProblemError('preflight', {
    code: 'service-files',
    what: `the files of service "${service}" can't be written to ${tmpdir()}: ${why}`,
    remedy: `${mend}, or set TMPDIR to a folder that may be written`,
  });
}
