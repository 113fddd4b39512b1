/**
 * Makes the pages of the worked example out of a comparison that was run:
 *
 *   npm run gateways
 *   node reports/gateways/make.mjs reports/experiments/FOLDER
 *
 * Its runs are not kept beside it, so that the pages have no links to them. What README.md says is written by hand, and
 * has to be read again after this.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { comparisonMarkdown, comparisonPage } from '../../dist/src/report/index.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('error name the folder of a comparison\nhint: reports/experiments/FOLDER, as npm run gateways printed it');
  process.exit(2);
}
const here = fileURLToPath(new URL('.', import.meta.url));
const comparison = JSON.parse(readFileSync(`${folder}/comparison.json`, 'utf8'));
const pages = {
  'comparison.html': comparisonPage(comparison, () => null),
  'comparison.md': comparisonMarkdown(comparison),
};
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(`${here}${name}`, text);
  console.log(`${name}: ${Math.ceil(statSync(`${here}${name}`).size / 1024)} KiB`);
}
