import { expect, it } from 'vitest';
import { EXPORTS, EXPORTED_FILES, exportRun } from '../../src/export/index.js';
import { fixtureInput } from '../report/fixture.js';

it('every export format in the list is written by every run', async () => {
  const files = await exportRun(fixtureInput());
  expect(files.map(({ file }) => file)).toEqual(Object.values(EXPORTS).map(({ file }) => file));
  expect(EXPORTED_FILES).toEqual([...new Set(files.map(({ file }) => file))]);
  for (const { content } of files) expect(content.length).toBeGreaterThan(0);
});
