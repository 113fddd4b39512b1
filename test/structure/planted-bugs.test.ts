/** The planted bugs of `npm run planted`, which is too slow for every run: each still has its place in the source. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUGS } from '../planted/bugs.mjs';
import { PROJECT_FOLDER, textOf } from './source-files.js';

describe('the planted bugs', () => {
  it.each(BUGS)('$topic: stands once in the source, and the test that must notice it exists', (bug) => {
    expect(textOf(bug.file).split(bug.find)).toHaveLength(2);
    expect(existsSync(join(PROJECT_FOLDER, bug.test))).toBe(true);
  });
});
