/** The picture of the README and the example report are of the current build. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT, plimsollVersion } from '../../src/package/index.js';
import { COMPARISON_STYLE, REPORT_FORMAT, STYLE } from '../../src/report/index.js';
import { TOPICS } from '../../src/report/topics/index.js';

const read = (path: string): Buffer => readFileSync(join(PACKAGE_ROOT, 'reports', path));

interface Showcase {
  readonly plimsollVersion: string;
  readonly reportFormat: number;
  /** A form changes on any machine, an example is measured on a quiet one: until then it may be one form behind. */
  readonly isOfOlderForm?: true;
  readonly files: Readonly<Record<string, string>>;
}

describe('the showcase ("npm run showcase" makes it)', () => {
  const made = JSON.parse(read('showcase.json').toString()) as Showcase;
  const page = read('examples/quickstart.html').toString();

  it('is of the current version and form of the report, or marked as of the form before', () => {
    expect(made.plimsollVersion).toBe(plimsollVersion());
    expect(made.reportFormat).toBe(made.isOfOlderForm === true ? REPORT_FORMAT - 1 : REPORT_FORMAT);
  });

  it('has not been touched since', () => {
    for (const [path, digest] of Object.entries(made.files))
      expect(createHash('sha256').update(read(path)).digest('hex'), path).toBe(digest);
  });

  it('has comparisons with the look of today', () => {
    // Made on a quiet machine ("npm run showcase -- compare"): before the first time there is none to be out of date.
    for (const path of Object.keys(made.files).filter((each) => each === 'examples/compare.html')) {
      const compare = read(path).toString();
      expect(compare.includes(COMPARISON_STYLE)).toBe(true);
      expect(compare).toContain('<span>Regress</span>');
      expect(compare).not.toContain('report.html');
    }
  });

  it('has the look and the chapters of its form', () => {
    const isCurrent = made.reportFormat === REPORT_FORMAT;
    const shown = [...page.matchAll(/<div class="body" id="([a-z-]+)"/g)].map(([, id]) => id);
    const today = new Set(TOPICS.map(({ id }): string => id));
    expect(page.includes(STYLE)).toBe(isCurrent);
    expect(shown.length > 8).toBe(isCurrent);
    expect(shown.filter((id) => !today.has(id ?? ''))).toEqual([]);
  });
});
