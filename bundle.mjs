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
const chunks = [];
// One bundle for each: what a thread does not use it does not read either, though another program does.
for (const { name, from } of Object.values(ENTRIES)) {
  const bundle = await rolldown({
    input: { [name]: `dist/${from}` },
    platform: 'node',
    checks: { eval: false, ineffectiveDynamicImport: false },
    // Starts workers of its own from its own folder, and is loaded by few runs.
    external: ['autocannon'],
    // No module of ours is imported for what it does while it is loaded.
    treeshake: { moduleSideEffects: [{ test: /[/\\]dist[/\\](?:src|mock-servers)[/\\]/, sideEffects: false }] },
  });
  const { output } = await bundle.write({
    dir: OUT,
    comments: false,
    chunkFileNames: `chunks/${name}-[name]-[hash].js`,
  });
  chunks.push(...output);
  await bundle.close();
}
chmodSync(`${OUT}/${ENTRIES.command.name}.js`, 0o755);

/** Folder of the package that a module belongs to; null for our own. */
const packageOf = (module) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1] ?? null;
const folders = new Set(chunks.flatMap(({ moduleIds = [] }) => moduleIds.flatMap((id) => packageOf(id) ?? [])));
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
