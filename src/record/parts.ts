/** Sealed records as parts of another one: read file by file, and the record that is made of them sealed. */
import { copyFile, readdir, appendFile } from 'node:fs/promises';
import { createReadStream, createWriteStream, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeRunFolder } from './folders.js';
import { fileError, jsonText, makeFolders, textIfThere } from './files.js';
import type { RunFile } from './header.js';
import { FILES, type Manifest, type RunStatus } from './layout.js';
import { readHeader, verifySealed, withSystemErrors } from './reader.js';
import { ndjson, readRows } from './row-files.js';
import type { RecordRows } from './rows.js';
import { writeManifest } from './seal.js';

/** A sealed record whose files are those that its manifest vouches for. */
export interface SealedPart {
  readonly dir: string;
  readonly run: RunFile;
  readonly manifest: Manifest;
}

/** @throws ProblemError (`bad-input`) when a folder is no sealed record, or a file of it was changed. */
export async function openPart(dir: string): Promise<SealedPart> {
  return withSystemErrors(dir, async () => {
    const run = await readHeader(dir);
    return { dir, run, manifest: await verifySealed(dir, run) };
  });
}

/** The text of a file of a part; null when it has none. */
export const partText = ({ dir }: SealedPart, file: string): Promise<string | null> => textIfThere(join(dir, file));

/** The rows of a file of a part; none where it has no such file. */
export async function partRows<Name extends keyof RecordRows>(
  { dir }: SealedPart,
  name: Name,
): Promise<readonly RecordRows[Name][]> {
  return (await readRows(dir, name))?.rows ?? [];
}

/** A record that is made of parts. Methods reject with a ProblemError (`output`) where the disk does not take it. */
export interface AssembledRecord {
  readonly dir: string;
  text(file: string, text: string): void;
  json(file: string, value: unknown): void;
  rows<Name extends keyof RecordRows>(name: Name, rows: readonly RecordRows[Name][]): void;
  /** A file of a part under the same name, or another; nothing where the part has none. */
  copy(part: SealedPart, file: string, as?: string): Promise<void>;
  /** A folder of a part, with what is in it. */
  copyFolder(part: SealedPart, folder: string, as?: string): Promise<void>;
  /** The file of each part, one behind the other; no file where no part has one. */
  append(parts: readonly SealedPart[], file: string): Promise<void>;
  /** Writes the manifest, last. */
  seal(status: RunStatus, samples: number): Promise<Manifest>;
}

/**
 * Makes the folder of a record that is made of parts, with its run.json.
 * @param folder its name; by time, name and id unless given.
 */
export function assembleRecord(parentFolder: string, run: RunFile, folder?: string): AssembledRecord {
  const dir = makeRunFolder(parentFolder, run, folder);
  const written = async (path: string, write: () => Promise<unknown>): Promise<void> => {
    try {
      makeFolders(dirname(path));
      await write();
    } catch (error) {
      throw fileError(path, error);
    }
  };
  const text = (file: string, content: string): void => {
    const path = join(dir, file);
    try {
      makeFolders(dirname(path));
      writeFileSync(path, content);
    } catch (error) {
      throw fileError(path, error);
    }
  };
  const copy = async (part: SealedPart, file: string, as = file): Promise<void> => {
    const from = join(part.dir, file);
    if (existsSync(from)) await written(join(dir, as), () => copyFile(from, join(dir, as)));
  };
  text(FILES.run, jsonText(run));
  return {
    dir,
    text,
    json: (file, value) => text(file, jsonText(value)),
    rows: (name, rows) => text(name, ndjson(rows)),
    copy,
    copyFolder: async (part, folderName, as = folderName) => {
      const from = join(part.dir, folderName);
      if (!existsSync(from)) return;
      for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const below = join(entry.parentPath, entry.name).slice(from.length + 1);
        await copy(part, join(folderName, below), join(as, below));
      }
    },
    append: async (parts, file) => {
      const path = join(dir, file);
      for (const part of parts) {
        const from = join(part.dir, file);
        if (!existsSync(from)) continue;
        await written(path, async () => {
          await appendFile(path, '');
          await pipeline(createReadStream(from), createWriteStream(path, { flags: 'a' }));
        });
      }
    },
    seal: (status, samples) => writeManifest(dir, run, status, samples),
  };
}
