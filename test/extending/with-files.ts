/** Type errors of the project with some files added or changed, without writing them. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The text of a file of the project. */
export const textOf = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

/** Puts an entry at the end of a list in a file, and its import at the top. */
export function withEntry(
  path: string,
  listEnd: string,
  entry: string,
  imported = '',
): Readonly<Record<string, string>> {
  const text = textOf(path);
  const at = text.indexOf(listEnd);
  if (at < 0) throw new Error(`no list ends with ${JSON.stringify(listEnd)} in ${path}`);
  return { [path]: `${imported}${text.slice(0, at)}\n  ${entry}${text.slice(at)}` };
}

/** The text of an object literal of these parts, but the one that is `left` out. */
export const objectOf = (parts: Readonly<Record<string, string>>, left?: string): string =>
  `{ ${Object.entries(parts)
    .filter(([key]) => key !== left)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;

const configured = (name: string): ts.ParsedCommandLine =>
  ts.parseJsonConfigFileContent(
    ts.readConfigFile(resolve(ROOT, name), (path) => readFileSync(path, 'utf8')).config,
    ts.sys,
    ROOT,
  );
const { options } = configured('tsconfig.json');

/** Paths of all files that the build compiles. */
export const BUILD_FILES: readonly string[] = configured('tsconfig.build.json').fileNames.map((path) =>
  relative(ROOT, path),
);

/** Files parsed once for all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * @param files texts by path from the root of the project.
 * @param checked the files whose errors are wanted, besides those.
 */
export function errorsWith(files: Readonly<Record<string, string>>, checked: readonly string[]): readonly string[] {
  const virtual = new Map(Object.entries(files).map(([path, text]) => [resolve(ROOT, path), text]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => virtual.has(resolve(path)) || disk.fileExists(path),
    readFile: (path) => virtual.get(resolve(path)) ?? disk.readFile(path),
    getSourceFile: (path, version) => {
      const text = virtual.get(resolve(path));
      if (text !== undefined) return ts.createSourceFile(path, text, version, true);
      if (!parsed.has(path)) parsed.set(path, disk.getSourceFile(path, version));
      return parsed.get(path);
    },
  };
  const paths = [...new Set([...virtual.keys(), ...checked.map((path) => resolve(ROOT, path))])];
  const program = ts.createProgram(paths, { ...options, noEmit: true }, host);
  return paths.flatMap((path) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(path))
      .map(
        ({ messageText }) => `${path.slice(ROOT.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      ),
  );
}
