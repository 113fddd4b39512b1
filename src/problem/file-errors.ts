/** What an error of the file system means to people, by its code: the one place that says why and what to do. */
import { messageOf } from './messages.js';

/** Why a file or folder can't be written, and what mends it. */
export interface FileErrorAdvice {
  /** For machines. */
  readonly code: 'disk-full' | 'output-unwritable' | 'output-not-a-folder' | 'output-gone' | 'file-failed';
  /** A clause: `the disk is full`. */
  readonly why: string;
  /** An imperative clause: `free some space`. */
  readonly mend: string;
  /** Whether the same would happen at once if it were tried again. */
  readonly lasts: boolean;
}

const FULL: FileErrorAdvice = { code: 'disk-full', why: 'the disk is full', mend: 'free some space', lasts: true };
const REFUSED: FileErrorAdvice = {
  code: 'output-unwritable',
  why: 'it is not permitted',
  mend: 'change the permissions',
  lasts: true,
};

const ADVICE: ReadonlyMap<string, FileErrorAdvice> = new Map<string, FileErrorAdvice>([
  ['ENOSPC', FULL],
  ['EDQUOT', { ...FULL, why: 'the quota is used up' }],
  ['EFBIG', { ...FULL, why: 'the file is larger than is allowed', mend: 'raise the limit on the size of files' }],
  ['EACCES', REFUSED],
  ['EPERM', REFUSED],
  ['EROFS', { ...REFUSED, why: 'the file system is read-only', mend: 'mount it for writing' }],
  // A folder that was never there is made; a program that cleans up has removed it, or the system refuses to make it.
  ['ENOENT', { code: 'output-gone', why: 'its folder is not there', mend: 'let no program remove it', lasts: false }],
  ['ENOTDIR', { code: 'output-not-a-folder', why: 'a file is in the way', mend: 'remove that file', lasts: true }],
  ['EEXIST', { code: 'output-not-a-folder', why: 'a file is in the way', mend: 'remove that file', lasts: false }],
]);

/** What to say of anything that was thrown while a file or folder was written. */
export function fileErrorAdvice(thrown: unknown): FileErrorAdvice {
  const known = ADVICE.get(errorCode(thrown) ?? '');
  return known ?? { code: 'file-failed', why: messageOf(thrown), mend: 'check the disk', lasts: false };
}

/** The system's error code (`ENOSPC`), or null. */
export function errorCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
