/** What is said of a process of the stack that ended by itself. */
import type { Problem } from '../problem/index.js';
import type { RecordWriter } from '../record/index.js';
import { redactForeign } from '../secrets/index.js';

const LONGEST_LINE = 200;

/** @param lines what it wrote last. */
export function deathWarning(
  service: string,
  how: string,
  lines: readonly string[],
  { dir }: Pick<RecordWriter, 'dir'>,
): Problem {
  const shown = redactForeign(lines.join('\n'))
    .split('\n')
    .map((line) => line.slice(0, LONGEST_LINE));
  const last = lines.length === 0 ? '' : `; its last lines:\n  ${shown.join('\n  ')}`;
  return {
    code: 'service-died',
    what: `service "${service}" ended by itself (${redactForeign(how)})${last}`,
    remedy: `read its log in ${dir}/logs; numbers after this moment describe a stack without it`,
  };
}
