/**
 * Writes the pages of docs/ that are made from the code. With `--check` it writes nothing, and fails where a page is
 * not current. Needs the build.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** Page in docs/, and the module of docs/pages/ that makes its text. */
const PAGES = [
  { file: 'metrics.md', module: './pages/metrics.mjs' },
  { file: 'run-record.md', module: './pages/run-record.mjs' },
  { file: 'scenario.md', module: './pages/scenario.mjs' },
];

const check = process.argv.includes('--check');
for (const { file, module } of PAGES) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const { pageText } = await import(module);
  const text = await format(pageText(), { ...(await resolveConfig(path)), parser: 'markdown' });
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`docs/${file} is not current.\nhint: write it with "npm run docs"`);
    process.exitCode = 1;
  }
}
