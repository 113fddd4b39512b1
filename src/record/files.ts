/** Writing files so that a full disk, a kill or a secret does no harm. */
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ProblemError, errorCode, fileErrorAdvice, type Problem } from '../problem/index.js';

/** An open file that only grows. */
export interface FileSink {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for appending; a seam, so that tests can give a disk that is full. */
export type OpenSink = (path: string) => Promise<FileSink>;

export const openSink: OpenSink = async (path) => {
  const file = await open(path, 'a');
  return { write: (bytes) => file.appendFile(bytes), close: () => file.close() };
};

/**
 * Appends in order, one write at a time, without making the caller wait. After the first write that fails nothing more
 * is written, so that what is on disk has no hole; the rest is counted.
 */
export class AppendFile {
  readonly path: string;
  readonly #openFile: OpenSink;
  readonly #onFailure: (path: string, error: unknown) => void;
  #pending: Uint8Array[] = [];
  #writing: Promise<void> | null = null;
  #sink: FileSink | null = null;
  #closed = false;
  #failed = false;
  #lost = 0;

  constructor(path: string, openFile: OpenSink, onFailure: (path: string, error: unknown) => void) {
    this.path = path;
    this.#openFile = openFile;
    this.#onFailure = onFailure;
  }

  /** Bytes that did not reach the file. */
  get lostBytes(): number {
    return this.#lost;
  }

  /** Never throws: a failure goes to `onFailure`, once. */
  append(content: Uint8Array | string): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    if (this.#failed || this.#closed) {
      this.#lost += bytes.length;
      return;
    }
    this.#pending.push(bytes);
    this.#writing ??= this.#drain();
  }

  /** Waits until everything appended is written, or has failed. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** Settles and closes. What is appended later is lost, and counted. Never rejects. */
  async close(): Promise<void> {
    await this.settled();
    this.#closed = true;
    const sink = this.#sink;
    this.#sink = null;
    try {
      await sink?.close();
    } catch (error) {
      this.#fail(error, 0);
    }
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = Buffer.concat(this.#pending);
      this.#pending = [];
      try {
        this.#sink ??= await this.#openFile(this.path);
        await this.#sink.write(batch);
      } catch (error) {
        this.#fail(error, batch.length);
      }
    }
    this.#writing = null;
  }

  #fail(error: unknown, lostBytes: number): void {
    this.#lost += lostBytes + this.#pending.reduce((sum, bytes) => sum + bytes.length, 0);
    this.#pending = [];
    if (this.#failed) return;
    this.#failed = true;
    this.#onFailure(this.path, error);
  }
}

/** Ending of files that are not finished; they are no part of a record. */
export const UNFINISHED = '.unfinished';

/** Replaces a file whole or not at all: `fill` writes it under another name first. */
export async function replaceFile(path: string, fill: (unfinishedPath: string) => Promise<void>): Promise<void> {
  const unfinished = `${path}${UNFINISHED}`;
  try {
    await fill(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

export async function replaceText(path: string, text: string): Promise<void> {
  await replaceFile(path, (unfinished) => writeFile(unfinished, text));
}

/** The same at once, before anything else goes on. */
export function writeWholeNow(path: string, text: string): void {
  writeFileSync(`${path}${UNFINISHED}`, text);
  renameSync(`${path}${UNFINISHED}`, path);
}

/** `replaceText` in a folder that may have to be made. A ProblemError (`output`) when that can't be done. */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    makeFolders(dirname(path));
    await replaceText(path, text);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** As the files of a record hold JSON: indented, with a newline at the end. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Makes a folder and those above it. Not `recursive: true`, which never returns where a file system answers ENOENT for
 * what it will not make (procfs).
 */
export function makeFolders(path: string): void {
  const make = (): void => {
    try {
      mkdirSync(path);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
    }
  };
  try {
    make();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolders(dirname(path));
    make();
  }
}

/** Up to here a file is read in one go: a stream takes a millisecond of CPU time, and a record has twenty files. */
const SMALL_BYTES = 1024 * 1024;

/** SHA-256 of a file, lower-case hexadecimal, and its size. */
export async function digestFile(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  if (statSync(path).size <= SMALL_BYTES) {
    const content = readFileSync(path);
    return { bytes: content.length, sha256: hash.update(content).digest('hex') };
  }
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    const part = chunk as Buffer;
    hash.update(part);
    bytes += part.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** The text of a file, or null when there is none. Rejects on anything else. */
export async function textIfThere(path: string): Promise<string | null> {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Fields whose words are ours, or a digest. A secret may have the same value as one of them. */
const OUR_WORDS: ReadonlySet<string> = new Set(
  'schema type edge signal of kind class because purpose verdict source ended errorClass code when digest before after'
    .split(' ')
    .concat('toolListDigest capabilitiesDigest scenarioDigest lockfileDigest'.split(' ')),
);

/**
 * Applies `redact` to the strings in a JSON value, before JSON escapes anything in them. Keys and words of ours are the
 * structure by which the value is read again, and stay.
 */
export function redactJson(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactJson(item, redact));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key, typeof item === 'string' && OUR_WORDS.has(key) ? item : redactJson(item, redact)] as const,
  );
  return Object.fromEntries(entries);
}

/** What an error of the file system means to a person who wanted a run or a record written. */
export function fileProblem(path: string, error: unknown): Problem {
  const { code, why, mend } = fileErrorAdvice(error);
  return {
    code,
    what: `${path} could not be written: ${why}`,
    remedy: `${mend}, or choose another output folder with --out`,
  };
}

/** Of a file or folder that was written, and is not there any more. */
export const removedProblem = (path: string): Problem => ({
  code: 'output-gone',
  what: `${path} was removed by another program while the run was written: its samples are lost`,
  remedy: 'let no program remove it, or choose another output folder with --out; then run again',
});

/** `fileProblem` as an error to throw: of the kind `output`. */
export const fileError = (path: string, error: unknown): ProblemError =>
  new ProblemError('output', [fileProblem(path, error)]);
