/** The examples of docs/extending.md compile together with the lines that they add to lists, and with all else. */
import { describe, expect, it, vi } from 'vitest';
import { scenarioFromText } from '../../src/scenario/index.js';
import { Additions, BUILD_FILES, textOf, type Files } from './with-files.js';

/** The compiler takes seconds, and longer on a busy machine. */
vi.setConfig({ testTimeout: 300_000 });

const PAGE = textOf('docs/extending.md');

interface Block {
  readonly language: string;
  readonly path: string;
  readonly lines: readonly string[];
}

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```(ts|diff)\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)].map(([, language, path, body]) => ({
    language: language ?? '',
    path: path ?? '',
    lines: (body ?? '').split('\n').slice(0, -1),
  }));
}

/** The file with the lines of a diff: imports at the top, the others beside the line that the diff shows with them. */
function patched({ path, lines }: Block): string {
  let text = textOf(path);
  const find = (line: string): string => {
    const found = text.split('\n').find((own) => own.trim() === line.slice(1).trim());
    if (found === undefined) throw new Error(`${path} has no line ${line.trim()}`);
    return found;
  };
  lines.forEach((line, index) => {
    if (line.startsWith('-')) text = text.replace(`${find(line)}\n`, '');
    if (!line.startsWith('+')) return;
    const added = line.slice(1);
    const before = lines[index - 1];
    const after = lines[index + 1];
    if (/^(import|interface|export type) /.test(added)) text = `${added}\n${text}`;
    else if (before?.startsWith(' ')) text = text.replace(`${find(before)}\n`, (own) => `${own}${added}\n`);
    else if (after !== undefined) text = text.replace(`${find(after)}\n`, (own) => `${added}\n${own}`);
    else throw new Error(`${path}: nothing says where "${added}" stands`);
  });
  return text;
}

describe('docs/extending.md', () => {
  it('has examples that compile as they are written, with every file of the build', () => {
    const blocks = blocksOf(PAGE);
    const files = blocks.map((block) => [
      block.path,
      block.language === 'ts' ? `${block.lines.join('\n')}\n` : patched(block),
    ]);
    expect(new Set(blocks.map(({ path }) => path)).size, 'a file shown twice').toBe(blocks.length);
    const errorsOf = new Additions().add(Object.fromEntries(files) as Files, BUILD_FILES);
    expect(errorsOf()).toEqual([]);
  });

  it('"A gateway" is a valid scenario without a warning', () => {
    const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(PAGE) ?? [];
    expect(scenarioFromText(yaml, 'docs/extending.md').warnings).toEqual([]);
  });
});
