/** Type errors of the project with some files added or changed, without writing them. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The text of a file of the project. */
export const textOf = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');

/** Texts by path from the root of the project. */
export type Files = Readonly<Record<string, string>>;

/**
 * Puts an entry at the end of a list in a file, and its import at the top.
 * @param copy where the changed file is put: beside the file, so that all it imports is found, or in its place.
 */
export function withEntry(path: string, listEnd: string, entry: string, imported = '', copy = path): Files {
  const text = textOf(path);
  const at = text.indexOf(listEnd);
  if (at < 0) throw new Error(`no list ends with ${JSON.stringify(listEnd)} in ${path}`);
  return { [copy]: `${imported}${text.slice(0, at)}\n  ${entry}${text.slice(at)}` };
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

/** `path: message` of each, the path from the root of the project. */
const wordsOf = (diagnostics: readonly ts.Diagnostic[]): readonly string[] =>
  diagnostics.map(
    ({ file, messageText }) =>
      `${relative(ROOT, file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  );

/** Files parsed once for all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Errors by path of the files that are added and of those that are to be checked besides. */
function errorsWith(files: Files, checked: Iterable<string>): ReadonlyMap<string, readonly string[]> {
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
  const paths = [...new Set([...Object.keys(files), ...checked])];
  const program = ts.createProgram(
    paths.map((path) => resolve(ROOT, path)),
    { ...options, noEmit: true },
    host,
  );
  return new Map(
    paths.map((path) => [path, wordsOf(program.getSemanticDiagnostics(program.getSourceFile(resolve(ROOT, path))))]),
  );
}

/** Additions that do not touch each other, in one program: what it costs is to read the types of the project. */
export class Additions {
  readonly #files = new Map<string, string>();
  readonly #checked = new Set<string>();
  #errors: ReadonlyMap<string, readonly string[]> | null = null;

  /**
   * @param checked the files whose errors are wanted, besides those that are added or changed.
   * @returns the errors of all these files, once everything is added.
   */
  add(files: Files, checked: readonly string[] = []): () => readonly string[] {
    if (this.#errors !== null) throw new Error('The program is made: add everything before the first test.');
    for (const [path, text] of Object.entries(files)) {
      if ((this.#files.get(path) ?? text) !== text) throw new Error(`${path} is changed in two ways.`);
      this.#files.set(path, text);
    }
    for (const path of checked) this.#checked.add(path);
    return () => {
      this.#errors ??= errorsWith(Object.fromEntries(this.#files), this.#checked);
      const errors = this.#errors;
      return [...new Set([...Object.keys(files), ...checked])].flatMap((path) => errors.get(path) ?? []);
    };
  }
}

/** Additions that are complete, and variants of them that lack a part in files of their own. */
export const additions = new Additions();
