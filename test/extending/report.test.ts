/**
 * Adding to the reports: a chapter and an export format are a module of their own and an entry in a list. Leaving out a
 * part of either is a type error.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import { EXPORTS, EXPORTED_FILES, exportRun } from '../../src/export/index.js';
import { htmlReport, markdownSummary, terminalSummary } from '../../src/report/index.js';
import { fixtureInput } from '../report/fixture.js';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

vi.mock(import('../../src/report/topics/index.js'), async (original) => {
  const { TOPICS } = await original();
  const tides = {
    id: 'tides',
    title: 'Tides',
    place: 'results',
    lead: () => 'How high the water was.',
    applies: () => true,
    page: () => [{ kind: 'text', text: 'High water on the page.' }],
    markdown: () => [{ kind: 'text', text: 'High water in Markdown.' }],
    terminal: () => [[{ text: 'High water in the terminal.' }]],
  };
  return { TOPICS: [...TOPICS, tides] as unknown as typeof TOPICS };
});

/** Files parsed once for all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Type errors of the project's list when a module is added and the list gets one more entry. */
function errorsOf(list: string, addition: { readonly file: string; readonly source: string }, entry: string) {
  const listPath = resolve(ROOT, list);
  const addedPath = resolve(dirname(listPath), addition.file);
  const last = /\n(?=\} as const satisfies|\] as const satisfies)/;
  const name = /const (\w+)/.exec(addition.source)?.[1] ?? '';
  const virtual = new Map([
    [addedPath, addition.source],
    [
      listPath,
      `import { ${name} } from './${addition.file.replace(/\.ts$/, '.js')}';\n` +
        readFileSync(listPath, 'utf8').replace(last, `\n  ${entry}\n`),
    ],
  ]);
  const config = ts.readConfigFile(resolve(ROOT, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => virtual.has(resolve(path)) || disk.fileExists(path),
    readFile: (path) => virtual.get(resolve(path)) ?? disk.readFile(path),
    getSourceFile: (path, version) => {
      const source = virtual.get(resolve(path));
      if (source !== undefined) return ts.createSourceFile(path, source, version, true);
      if (!parsed.has(path)) parsed.set(path, disk.getSourceFile(path, version));
      return parsed.get(path);
    },
  };
  const program = ts.createProgram([listPath], { ...options, noEmit: true }, host);
  return [listPath, addedPath].flatMap((path) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(path))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

const CHAPTER = {
  id: "'tides'",
  title: "'Tides'",
  place: "'results'",
  lead: '() => null',
  applies: '() => true',
  page: "() => [{ kind: 'text', text: 'High water.' } as const]",
  markdown: '() => []',
  terminal: '() => []',
} as const;

const FORMAT = { file: "'tides.csv'", contentOf: "() => 'high,low'" } as const;

const objectOf = (parts: Readonly<Record<string, string>>): string =>
  `{ ${Object.entries(parts)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;

const without = (parts: Readonly<Record<string, string>>, left: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(parts).filter(([key]) => key !== left));

describe('a chapter', () => {
  const errors = (parts: Readonly<Record<string, string>>): readonly string[] =>
    errorsOf(
      'src/report/topics/index.ts',
      { file: 'tides.ts', source: `export const tides = ${objectOf(parts)} as const;\n` },
      'tides,',
    );

  it('is one module and one entry in the list', () => {
    expect(errors(CHAPTER)).toEqual([]);
  });

  it.each(['terminal', 'markdown', 'applies'] as const)('without its %s is a type error', (left) => {
    expect(errors(without(CHAPTER, left)).join()).toContain(`'${left}'`);
  });

  it('in the list is on the page, in Markdown and in the terminal', async () => {
    const runs = [fixtureInput()];
    const page = await htmlReport(runs);
    expect(page).toContain('<section id="tides"');
    expect(page).toContain('href="#tides"');
    expect(page).toContain('High water on the page.');
    expect(markdownSummary(runs)).toContain('## Tides\n\nHigh water in Markdown.');
    expect(terminalSummary(runs, { color: false, width: 80 })).toContain('High water in the terminal.');
  });

  it('shows each run that it is given', async () => {
    const [one, two] = [fixtureInput(), fixtureInput()];
    const runs = [
      one,
      { ...two, analysis: { ...two.analysis, summary: { ...two.analysis.summary, runId: 'the-second-run' } } },
    ];
    const page = await htmlReport(runs);
    expect(page.match(/High water on the page/g)).toHaveLength(2);
    expect(page).toContain('<h3>the-second-run</h3>');
    expect(page.match(/<section id="tides"/g)).toHaveLength(1);
  });
});

describe('an export format', () => {
  const errors = (parts: Readonly<Record<string, string>>): readonly string[] =>
    errorsOf(
      'src/export/index.ts',
      { file: 'tides.ts', source: `export const tides = ${objectOf(parts)} as const;\n` },
      'tides,',
    );

  it('is one module and one entry in the list', () => {
    expect(errors(FORMAT)).toEqual([]);
  });

  it.each(['file', 'contentOf'] as const)('without its %s is a type error', (left) => {
    expect(errors(without(FORMAT, left)).join()).toContain(`'${left}'`);
  });

  it('in the list is written by every run', async () => {
    const files = await exportRun(fixtureInput());
    expect(files.map(({ file }) => file)).toEqual(Object.values(EXPORTS).map(({ file }) => file));
    expect(EXPORTED_FILES).toEqual(['summary.json', 'gate.json', 'junit.xml', 'summary.md', 'report.html']);
    for (const { content } of files) expect(content.length).toBeGreaterThan(0);
  });
});
