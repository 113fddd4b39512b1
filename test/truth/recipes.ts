/** The recipes of docs/stamps.md, as they stand there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/package/index.js';

/** The first block of code of a section. Throws where there is none. */
export function recipe(section: string, language: string): string {
  const page = readFileSync(join(PACKAGE_ROOT, 'docs', 'stamps.md'), 'utf8');
  const [, rest] = page.split(new RegExp(`^## ${section}\\b.*$`, 'm'));
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(rest ?? '') ?? [];
  if (code === undefined) throw new Error(`docs/stamps.md has no recipe for ${section}`);
  return code;
}
