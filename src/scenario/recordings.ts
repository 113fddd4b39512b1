/** Puts recordings in place of the files that phases name: a resolved scenario stands alone, its digest covers them. */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readRecorded, recordedText } from '../catalog/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import { fileSource } from './files.js';
import { nodeAt, placeOf, type MapNode, type ScalarNode, type Span, type TreeNode } from './tree.js';

const RECORDING = { noun: 'a file of recorded arrivals', extensions: ['.csv', '.txt'] } as const;

/**
 * The tree with `recorded` in each replay phase, in its one canonical form. A phase whose recording can't be read stays
 * as it is, and what is wrong is added to `problems`, with its place in the file of the recording.
 */
export function withRecordings(tree: MapNode, problems: Problem[]): MapNode {
  const phases = nodeAt(tree, ['phases']);
  const entry = tree.entries.get('phases');
  if (phases?.kind !== 'list' || entry === undefined) return tree;
  const items = phases.items.map((item) => (isReplay(item) ? withRecording(item, problems) : item));
  return { ...tree, entries: new Map(tree.entries).set('phases', { ...entry, value: { ...phases, items } }) };
}

function isReplay(node: TreeNode): node is MapNode {
  const regime = nodeAt(node, ['regime']);
  return node.kind === 'map' && regime?.kind === 'scalar' && regime.value === 'replay';
}

function withRecording(phase: MapNode, problems: Problem[]): MapNode {
  const file = phase.entries.get('file');
  const recorded = phase.entries.get('recorded');
  // Both, or something that is no text: the grammar says what is wrong with that.
  const entry = file !== undefined && recorded === undefined ? file : file === undefined ? recorded : undefined;
  if (entry?.value.kind !== 'scalar' || typeof entry.value.value !== 'string' || entry.value.value === '') return phase;
  try {
    const offsetsNs =
      entry === file
        ? fromFile(entry.value, entry.value.value)
        : fromText(entry.value.value, () => entry.value.span, true);
    const entries = new Map(phase.entries);
    entries.delete('file');
    entries.set('recorded', {
      keySpan: entry.keySpan,
      value: { kind: 'scalar', value: recordedText(offsetsNs), span: entry.value.span },
    });
    return { ...phase, entries };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return phase;
  }
}

function fromFile({ span }: ScalarNode, name: string): readonly number[] {
  const { file, folder } = span.source;
  // Named as the scenario was, where it was; a `--set` has a folder and no file of its own.
  const beside = resolve(dirname(file)) === resolve(folder) ? dirname(file) : folder;
  const source = fileSource(isAbsolute(name) ? name : join(beside, name), placeOf(span), RECORDING);
  return fromText(source.text, ({ at, length }) => ({ source, from: at, to: at + length }), false);
}

function fromText(
  text: string,
  spanOf: (where: { readonly at: number; readonly length: number }) => Span,
  inline: boolean,
): readonly number[] {
  const reading = readRecorded(text);
  if (reading.ok) return reading.offsetsNs;
  throw new ProblemError(
    'bad-input',
    reading.problems.map(({ where, what, ...rest }) => ({
      ...rest,
      what: inline ? `line ${where.line + 1} of the recording: ${what}` : what,
      where: placeOf(spanOf(where)),
    })),
  );
}
