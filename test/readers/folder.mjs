/** Where the programs of others that read our files are installed: in the user's cache. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export const READERS_FOLDER = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'plimsoll-ci',
  'readers',
);
export const PYTHON = join(READERS_FOLDER, 'python', 'bin', 'python');
export const HDR_HISTOGRAM = join(READERS_FOLDER, 'HdrHistogram-2.2.2.jar');
