/** The source files of the project as text, and what they import. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));

/** Paths of all TypeScript files below the folders, relative to the project, with `/`. */
export function sourceFiles(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(PROJECT_FOLDER, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.split(sep).join('/')}`),
  );
}

export const textOf = (path: string): string => readFileSync(join(PROJECT_FOLDER, path), 'utf8');

/** The files of the project that a file imports in any way, types included. */
export function importsOf(path: string): readonly string[] {
  return ts
    .preProcessFile(textOf(path), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => join(dirname(join(PROJECT_FOLDER, path)), specifier.replace(/\.js$/, '.ts')))
    .filter((file) => existsSync(file))
    .map((file) => relative(PROJECT_FOLDER, file).split(sep).join('/'));
}
