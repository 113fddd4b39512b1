/** The contents of every page: each chapter with its state, and what its number counts. */
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../src/history/index.js';
import { comparisonPage, historyPage, htmlReport } from '../../src/report/index.js';
import { SLOWER_FROM_10 } from '../history/runs.js';
import { comparisonOf, FIVE, TWO } from './comparison-fixture.js';
import { fixtureInput } from './fixture.js';

interface Entry {
  readonly title: string;
  readonly short: string;
}

/** What stands at the end of each entry, and the title of its link. */
function entriesOf(page: string): readonly Entry[] {
  const nav = /<nav[\s\S]*?<\/ol>/.exec(page)?.[0] ?? '';
  return Array.from(
    nav.matchAll(/<li><a href="#[^"]*"(?: title="([^"]*)")?>[\s\S]*?<span>(.*?)<\/span><\/a>/g),
    (match) => ({
      title: match[1] ?? '',
      short: match[2] ?? '',
    }),
  );
}

const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'a run': () => htmlReport([fixtureInput()]),
  'two arms': () => comparisonPage(comparisonOf(TWO), () => null),
  'five arms': () => comparisonPage(comparisonOf(FIVE), () => null),
  'a history': () => historyPage(historyOf('nightly', SLOWER_FROM_10), () => null),
};

describe.each(Object.keys(PAGES))('the contents of the page of %s', (name) => {
  it('have no count without its noun, and the whole of it in the title of the link', async () => {
    const entries = entriesOf((await PAGES[name]?.()) ?? '').filter(({ short }) => short !== '');
    expect(entries.length).toBeGreaterThan(2);
    for (const { title, short } of entries) {
      expect(short).not.toMatch(/^[\d,]+( of [\d,]+)?$/);
      expect(title).toMatch(/^[^:]+: ./);
    }
  });
});
