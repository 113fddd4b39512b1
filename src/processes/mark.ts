/** The mark of a run in the environment of its processes: it goes along to grandchildren that leave their group. */
import { randomUUID } from 'node:crypto';
import { withVariable } from '../platform/index.js';

const VARIABLE = 'PLIMSOLL_RUN_MARK';
const SHOWN_CHARACTERS = 120;

/** One environment variable. */
export type ProcessMark = Readonly<Record<string, string>>;

/** A process that outlived what started it. */
export interface Survivor {
  readonly pid: number;
  /** Its command line, shortened. */
  readonly command: string;
}

/** A mark that no other run has. */
export const newMark = (): ProcessMark => ({ [VARIABLE]: randomUUID() });

/** As it stands in an environment. */
export const markText = (mark: ProcessMark): string => `${VARIABLE}=${mark[VARIABLE] ?? ''}`;

/** Running processes that carry `mark`, but for those of `groups`; null where environments can't be read. */
export async function processesWithMark(
  mark: ProcessMark,
  groups: ReadonlySet<number>,
): Promise<readonly Survivor[] | null> {
  const found = await withVariable(VARIABLE, mark[VARIABLE] ?? '');
  if (found === null) return null;
  return found
    .filter(({ group }) => !groups.has(group))
    .map(({ pid, command }) => ({
      pid,
      command: command.length > SHOWN_CHARACTERS ? `${command.slice(0, SHOWN_CHARACTERS)}…` : command,
    }));
}
