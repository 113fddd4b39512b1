/**
 * Puts what `tsc` made, and the packages that it imports, into a few files in dist/bin/: the command, our threads and
 * our child processes. A short run loads a thousand modules otherwise, which takes half a second of CPU time.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { ENTRIES } from './dist/src/package/index.js';

const OUT = 'dist/bin';
rmSync(OUT, { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(Object.values(ENTRIES).map(({ name, from }) => [name, `dist/${from}`])),
  platform: 'node',
  checks: { eval: false },
  // Starts workers of its own from its own folder, and is loaded by few runs.
  external: ['autocannon'],
});
const { output } = await bundle.write({ dir: OUT, chunkFileNames: 'chunks/[name]-[hash].js' });
await bundle.close();
chmodSync(`${OUT}/${ENTRIES.command.name}.js`, 0o755);

/** Folder of the package that a module belongs to; null for our own. */
const packageOf = (module) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1] ?? null;
const folders = new Set(output.flatMap(({ moduleIds = [] }) => moduleIds.flatMap((id) => packageOf(id) ?? [])));
const notices = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = ['LICENSE', 'LICENSE.md', 'license', 'License.txt', 'LICENCE'].flatMap((file) =>
    textOf(join(folder, file)),
  );
  return `${name} ${version} (${license})\n\n${text[0] ?? 'No licence file.'}`;
});
mkdirSync(dirname(`${OUT}/x`), { recursive: true });
writeFileSync(`${OUT}/LICENSES.txt`, `${notices.join(`\n${'-'.repeat(80)}\n\n`)}\n`);

function textOf(path) {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}
