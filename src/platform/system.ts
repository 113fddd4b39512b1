import { readFileSync } from 'node:fs';

/**
 * As `process.platform`. PLIMSOLL_ASSUME_PLATFORM has the program take this machine for another one: files below /proc
 * and /sys are not there then, and programs such as `ps` are asked as they are on that system. For tests.
 */
export const PLATFORM: string = process.env['PLIMSOLL_ASSUME_PLATFORM'] ?? process.platform;

export const IS_LINUX = PLATFORM === 'linux';

/** Whether children lead groups of their own here; on Windows there are none, and a signal reaches the child alone. */
export const HAS_GROUPS = PLATFORM !== 'win32';

/** How facts about the host are read; replaced by tests. */
export interface System {
  /** As `process.platform`. */
  readonly platform: string;
  /** The text of a file below /proc, /sys or /etc; rejects when there is none. */
  read(path: string): Promise<string>;
}

/**
 * Files of the kernel are read at once, in some 7 us; through the thread pool of Node.js each takes ten to twenty times
 * that of CPU time, and a run reads hundreds of them.
 */
export const thisSystem: System = {
  platform: PLATFORM,
  read: async (path) => {
    if (!IS_LINUX) throw Object.assign(new Error(`no ${path} on ${PLATFORM}`), { code: 'ENOENT' });
    return readFileSync(path, 'utf8');
  },
};

/** The program that opens a file as its user would, with its parameters. */
export function openerOf(path: string): readonly [string, ...string[]] {
  if (PLATFORM === 'darwin') return ['open', path];
  return PLATFORM === 'win32' ? ['cmd', '/c', 'start', '', path] : ['xdg-open', path];
}
