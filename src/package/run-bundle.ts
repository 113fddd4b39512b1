/**
 * Running a bundle: CommonJS files, each with what V8 made of it beside it.
 *
 * Parsing and compiling was a sixth of the CPU time of a short run. V8 takes its own code as it is where version and
 * settings are those that it was made with (that of the build), and else compiles the file as it always does. Node.js
 * can do so by itself from version 22 on, for packages too; before that only for a script.
 */
import { isAscii } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** Appended to the name of a file: the name of what V8 made of it. */
export const COMPILED = '.compiled';

interface BundledModule {
  exports: unknown;
}

/** What a file of a bundle is: the body of a CommonJS module in a function. */
type ModuleBody = (
  exports: unknown,
  require: (name: string) => unknown,
  module: BundledModule,
  file: string,
  folder: string,
) => void;

/**
 * A file of a bundle, ready to run; `cachedDataRejected` is true where V8 had to compile it. Most files are in ASCII
 * alone, which is read several times as fast as UTF-8.
 */
export function readBundled(file: string): Script {
  const bytes = readFileSync(file);
  return new Script(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'), {
    filename: file,
    cachedData: bytesIfThere(`${file}${COMPILED}`),
  });
}

/** Runs the bundle that begins with this file. @throws what the bundle throws. */
export function runBundle(file: URL): void {
  const modules = new Map<string, BundledModule>();
  const load = (path: string): unknown => {
    const known = modules.get(path);
    if (known !== undefined) return known.exports;
    const module: BundledModule = { exports: {} };
    modules.set(path, module);
    const folder = dirname(path);
    const outside = createRequire(path);
    const require = (name: string): unknown => (name.startsWith('.') ? load(join(folder, name)) : outside(name));
    const body = readBundled(path).runInThisContext() as ModuleBody;
    body(module.exports, require, module, path, folder);
    return module.exports;
  };
  load(fileURLToPath(file));
}

function bytesIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
