/**
 * Where the programs are that these tests need besides Node.js, and how each is installed. `.ci/run` installs them; a
 * suite whose program is missing is skipped by name, unless a skip counts as a failure.
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const NO_SKIP = process.env['PLIMSOLL_NO_SKIP'] === '1';
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'plimsoll-ci');

/** Of a library of Debian, which has a folder for each architecture. */
function libraryPath(name: string): string {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((folder) => join('/usr/lib', folder)) : [];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? join('/usr/lib', name);
}

export interface Needed {
  readonly path: string;
  readonly install: string;
}

export const SLURM: Needed = {
  path: '/usr/sbin/slurmctld',
  install: 'apt-get install slurm-wlm munge',
};

/** The library that shows another time to the process that it is loaded into. */
export const FAKETIME: Needed = {
  path: libraryPath('faketime/libfaketimeMT.so.1'),
  install: 'apt-get install faketime',
};

/** The published schemas of the versions of Kubernetes, and what checks a manifest by them. */
export const SCHEMAS: Needed = {
  path: join(CACHE, 'kubernetes', 'bin', 'kubernetes-validate'),
  install: 'python3 -m venv ~/.cache/plimsoll-ci/kubernetes, then its bin/pip install kubernetes-validate',
};

/** For `describe.skipIf`: whether to skip, and the title with the reason. */
export function suite(title: string, { path, install }: Needed) {
  const skip = !existsSync(path) && !NO_SKIP;
  return { skip, title: skip ? `${title} (skipped: not installed; ${install})` : title };
}
