/**
 * Puts what `tsc` made, and the packages that it imports, into a few files in dist/bin/: the command, our threads and
 * our child processes. A short run loads a thousand modules otherwise, which takes half a second of CPU time; and what
 * V8 makes of a file is put beside it (src/package/run-bundle.ts).
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { rolldown } from 'rolldown';
import { COMPILED, ENTRIES } from './dist/src/package/index.js';

const OUT = 'dist/bin';
/** Where an escape means something else than its character: taken as it is written, or after a backslash. */
const NOT_TO_ESCAPE = /\bString\.raw`[^`]*[\u0080-\uffff]|(?<!\\)(?:\\\\)*\\[\u0080-\uffff]/;
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
// It imports nothing of ours.
copyFileSync('dist/src/package/run-bundle.js', join(OUT, 'run-bundle.js'));
/** The package's form for Node.js waits for a native canvas, which no chart needs. */
const withoutCanvas = join(dirname(fileURLToPath(import.meta.resolve('vega-canvas'))), 'vega-canvas.browser.js');
/** Its format of numbers costs a fiftieth of a short run as it is loaded: here it is made when a number is printed. */
const WITH_FORMAT = /[/\\]hdr-histogram-js[/\\]dist[/\\]formatters\.js$/;
const lateFormat = {
  name: 'late-format',
  transform: {
    filter: { id: WITH_FORMAT },
    handler(code) {
      const late = code.replace(
        /const numberFormatter = (new Intl\.NumberFormat\([^;]*\));/,
        'let made; const numberFormatter = { format: (number) => (made ??= $1).format(number) };',
      );
      if (late === code) throw new Error('hdr-histogram-js makes its format of numbers in another way now');
      return late;
    },
  },
};
const chunks = [];
// One bundle for each: what a thread does not use it does not read either, though another program does.
for (const [entry, { name, from }] of Object.entries(ENTRIES)) {
  const bundle = await rolldown({
    input: { [name]: `dist/${from}` },
    platform: 'node',
    resolve: { alias: { 'vega-canvas': withoutCanvas } },
    plugins: [lateFormat],
    checks: { eval: false, ineffectiveDynamicImport: false },
    // Starts workers of its own from its own folder, and is loaded by few runs.
    external: ['autocannon'],
    // No module of ours is imported for what it does while it is loaded.
    treeshake: { moduleSideEffects: [{ test: /[/\\]dist[/\\](?:src|mock-servers)[/\\]/, sideEffects: false }] },
  });
  const { output } = await bundle.write({
    dir: OUT,
    format: 'cjs',
    // Compiled code that V8 takes back can't import.
    dynamicImportInCjs: false,
    comments: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: `chunks/${name}-[name]-[hash].cjs`,
  });
  chunks.push(...output);
  await bundle.close();
  for (const { fileName } of output) compile(join(OUT, fileName));
  const start = [
    ...(entry === 'command' ? ['#!/usr/bin/env node'] : []),
    `import { runBundle } from './run-bundle.js';`,
    `runBundle(new URL('${name}.cjs', import.meta.url));`,
  ];
  writeFileSync(join(OUT, `${name}.js`), `${start.join('\n')}\n`);
}
chmodSync(`${OUT}/${ENTRIES.command.name}.js`, 0o755);

/**
 * Puts the file into a function, as `runBundle` expects it, and what V8 makes of it beside it. All functions are
 * compiled, and not only those that a run would call: which these are depends on the run.
 */
function compile(file) {
  const text = `(function (exports, require, module, __filename, __dirname) {${inAscii(file)}\n})\n`;
  writeFileSync(file, text);
  setFlagsFromString('--no-lazy');
  const script = new Script(text, { filename: file });
  // Its code counts as made with the flags that are set when it is written.
  setFlagsFromString('--lazy');
  writeFileSync(`${file}${COMPILED}`, script.createCachedData());
}

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
writeFileSync(`${OUT}/LICENSES.txt`, `${notices.join(`\n${'-'.repeat(80)}\n\n`)}\n`);

function textOf(path) {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}

/** The text of a file in ASCII alone, where escapes may stand for its other characters. */
function inAscii(file) {
  const text = readFileSync(file, 'utf8');
  if (NOT_TO_ESCAPE.test(text)) return text;
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
