/** Bundles and the code that V8 made of them. */
import { isAscii } from 'node:buffer';
import { cpSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { COMPILED, PACKAGE_ROOT } from '../../src/package/index.js';

const BIN = join(PACKAGE_ROOT, 'dist/bin');
const FILES = readdirSync(BIN, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.cjs'))
  .map((name) => join(BIN, name));
const RUN_BUNDLE = pathToFileURL(join(BIN, 'run-bundle.js')).href;

/** Runs a script in a Node.js of its own, whose V8 nobody has set anything in; gives what it prints. */
async function printed(script: string): Promise<string> {
  return (await execa(process.execPath, ['--input-type=module', '--eval', script], { env: { NODE_OPTIONS: '' } }))
    .stdout;
}

/** A bundle of one file that prints, with these bytes for what V8 made of it. */
function bundleOfOne(compiled: Uint8Array | null): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plimsoll-bundle-')), 'one.cjs');
  const body = `module.exports = 1; console.log('ran', require('node:path').basename(__filename));`;
  writeFileSync(file, `(function (exports, require, module, __filename, __dirname) {\n${body}\n})\n`);
  if (compiled !== null) writeFileSync(`${file}${COMPILED}`, compiled);
  return file;
}

const running = (file: string): string => `
  import { runBundle } from ${JSON.stringify(RUN_BUNDLE)};
  runBundle(new URL(${JSON.stringify(pathToFileURL(file))}));`;

describe('a bundle', () => {
  it('has code beside every file that V8 takes as it is', async () => {
    expect(FILES).toContain(join(BIN, 'plimsoll.cjs'));
    const script = `import { readBundled } from ${JSON.stringify(RUN_BUNDLE)};
      for (const file of ${JSON.stringify(FILES)})
        if (readBundled(file).cachedDataRejected !== false) console.log(file);`;
    expect(await printed(script)).toBe('');
  });

  it('is in ASCII alone but for scripts of pages, which are taken as they are written', () => {
    const others = FILES.filter((file) => !isAscii(readFileSync(file)));
    for (const file of others) expect(readFileSync(file, 'utf8'), file).toContain('String.raw`');
    expect(others.length).toBeLessThan(FILES.length / 4);
  });

  it('runs where V8 refuses that code, and where there is none', async () => {
    for (const compiled of [null, new Uint8Array(), Buffer.from('of another version of V8, or damaged')])
      expect(await printed(running(bundleOfOne(compiled)))).toBe('ran one.cjs');
  });

  it('runs the command without the code, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bundle-'));
    cpSync(join(PACKAGE_ROOT, 'package.json'), join(folder, 'package.json'));
    cpSync(BIN, join(folder, 'dist/bin'), { recursive: true, filter: (path) => !path.endsWith(COMPILED) });
    const { stdout } = await execa(process.execPath, [join(folder, 'dist/bin/plimsoll.js'), '--help']);
    expect(stdout).toContain('a run from start to report');
  });

  it('gives a file that is required again, by one that it requires, as it is by then', async () => {
    const file = bundleOfOne(null);
    writeFileSync(
      file,
      `(function (exports, require) { exports.a = 1; require('./two.cjs'); console.log(exports.b); })`,
    );
    writeFileSync(
      join(file, '../two.cjs'),
      `(function (exports, require) { require('./one.cjs').b = 'the same module'; })`,
    );
    expect(await printed(running(file))).toBe('the same module');
  });
});
