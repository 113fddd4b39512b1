/** Scenario files and what they extend, as one tree. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ProblemError, messageOf, type Problem, type SourcePlace, suggestion } from '../problem/index.js';
import { describeValue } from '../catalog/index.js';
import { decoded } from './encoding.js';
import { overlaid } from './merge.js';
import { placeOf, type Entry, type MapNode, type Source, type TreeNode } from './tree.js';
import { readYaml } from './yaml-tree.js';

const LARGEST_FILE_BYTES = 4 * 1024 * 1024;
const LONGEST_CHAIN = 16;

/** What a file is expected to be, for what is said when it is not. */
export interface FileKind {
  /** With its article. */
  readonly noun: string;
  readonly extensions: readonly string[];
}
const SCENARIO: FileKind = { noun: 'a scenario file', extensions: ['.yaml', '.yml', '.json'] };

/** A file as a source. @throws ProblemError when it can't be read as text. */
export function fileSource(file: string, from?: SourcePlace, kind: FileKind = SCENARIO): Source {
  let bytes: Buffer;
  try {
    const about = statSync(file);
    if (about.isDirectory())
      throw problem('is-a-folder', `${file} is a folder`, from, listed('', file, 'it', kind, `name ${kind.noun}`));
    if (!about.isFile()) throw problem('not-a-file', `${file} is not a regular file`, from, `name ${kind.noun}`);
    if (about.size > LARGEST_FILE_BYTES)
      throw problem('too-large', `${file} is larger than 4 MiB`, from, 'check that this is the file you meant');
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw unreadable(file, error, from, kind);
  }
  const read = decoded(bytes);
  if (read.ok) return textSource(file, read.text);
  const where = read.where === undefined ? from : { file, ...read.where };
  throw problem('not-text', `${file} ${read.advice.what}`, where, read.advice.remedy);
}

/** A text as a source; `file` names it and places it in a folder. */
export function textSource(file: string, text: string): Source {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  // A carriage return alone ends a line too (YAML 1.2, 5.4); the parser knows only line feeds.
  return { file, folder: dirname(resolve(file)), text: plain.replace(/\r(?!\n)/g, '\n'), firstLine: 1 };
}

function unreadable(file: string, error: unknown, from: SourcePlace | undefined, kind: FileKind): ProblemError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const folder = dirname(file);
    const remedy = listed(basename(file), folder, folder, kind, 'check the path');
    return problem('file-not-found', `there is no file ${file}`, from, remedy);
  }
  if (code === 'EACCES') return problem('file-unreadable', `${file} may not be read`, from, 'change its permissions');
  return problem('file-unreadable', `${file} can't be read: ${messageOf(error)}`, from, 'check the path');
}

/** The files of a folder that could have been meant; `otherwise` where there is none. */
function listed(name: string, folder: string, shown: string, kind: FileKind, otherwise: string): string {
  try {
    const names = readdirSync(folder).filter((each) => kind.extensions.includes(extname(each)));
    const kinds = `${kind === SCENARIO ? 'scenarios' : 'such files'} in ${shown}`;
    return names.length === 0 ? otherwise : suggestion(name, names, kinds);
  } catch {
    return otherwise;
  }
}

function problem(code: string, what: string, where: SourcePlace | undefined, remedy: string): ProblemError {
  return new ProblemError('bad-input', { code, what, ...(where === undefined ? {} : { where }), remedy });
}

/**
 * The map a source holds, laid over what it extends. Keys `extends` and `folder` are gone from it.
 * @throws ProblemError with everything that is wrong with the texts.
 */
export function treeOf(source: Source): MapNode {
  const problems: Problem[] = [];
  const tree = withParents(source, [resolve(source.file)], problems);
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return rebased(tree, placed(tree, source).folder);
}

/** The source with the folder that its working folders count from: a resolved scenario names another than its own. */
export function placed({ span }: MapNode, source: Source): Source {
  return span.source.file === source.file ? span.source : source;
}

function withParents(source: Source, chain: readonly string[], problems: Problem[]): MapNode {
  const reading = readYaml(source);
  if (!reading.ok) throw new ProblemError('bad-input', reading.problems);
  const begin = 'with "version: 1"';
  if (reading.tree === null) {
    const start = placeOf({ source, from: 0, to: 1 });
    throw problem('empty-file', `${source.file} is empty`, start, `write a scenario into it, beginning ${begin}`);
  }
  if (reading.tree.kind !== 'map') {
    const found = reading.tree.kind === 'list' ? 'a list' : describeValue(reading.tree.value);
    const where = placeOf(reading.tree.span);
    throw problem('wrong-type', `a scenario is a map, found ${found}`, where, `begin ${begin}`);
  }
  const entries = new Map<string, Entry>(reading.tree.entries);
  const parent = entries.get('extends');
  if (parent === undefined) {
    const folder = entries.get('folder')?.value;
    if (folder?.kind !== 'scalar' || typeof folder.value !== 'string' || !isAbsolute(folder.value)) return reading.tree;
    if (folder.value !== source.folder) return withParents({ ...source, folder: folder.value }, chain, problems);
    entries.delete('folder');
    return { ...reading.tree, entries };
  }
  entries.delete('extends');
  const own: MapNode = { ...reading.tree, entries };
  const where = placeOf(parent.value.span);
  const name = parent.value.kind === 'scalar' ? parent.value.value : null;
  if (typeof name !== 'string' || name === '')
    throw problem('wrong-type', 'extends names one file', where, 'write it like "extends: ./base.yaml"');
  const writtenOut = 'write the path out, and use profiles for what changes';
  if (name.includes('${')) throw problem('misplaced-placeholder', "extends can't hold placeholders", where, writtenOut);
  const file = isAbsolute(name) ? name : join(dirname(source.file), name);
  const id = resolve(file);
  if (chain.includes(id)) {
    const circle = [...chain.slice(chain.indexOf(id)), id].map((path) => basename(path)).join(' -> ');
    throw problem('extends-cycle', `${name} is extended by itself: ${circle}`, where, 'break the circle');
  }
  if (chain.length >= LONGEST_CHAIN)
    throw problem('extends-cycle', `more than ${LONGEST_CHAIN} files extend each other`, where, 'merge some of them');
  return overlaid(withParents(fileSource(file, where), [...chain, id], problems), own, problems);
}

/**
 * Working folders count from the file they are written in. What was inherited from another folder is rewritten to count
 * from `folder`, so that the merged document can stand alone there.
 */
export function rebased(tree: MapNode, folder: string): MapNode {
  const rebasedEntry = ([name, entry]: [string, Entry]): [string, Entry] => [
    name,
    { ...entry, value: rebasedCommand(entry.value, folder) },
  ];
  return changedAt(tree, 'stack', (stack) => {
    const services = changedAt(stack, 'services', (all) => ({
      ...all,
      entries: new Map(Array.from(all.entries, rebasedEntry)),
    }));
    return changedAt(services, 'target', (target) => rebasedCommand(target, folder));
  });
}

function changedAt(node: MapNode, key: string, change: (child: MapNode) => TreeNode): MapNode {
  const entry = node.entries.get(key);
  if (entry?.value.kind !== 'map') return node;
  return { ...node, entries: new Map(node.entries).set(key, { ...entry, value: change(entry.value) }) };
}

function rebasedCommand<N extends TreeNode>(node: N, folder: string): N | MapNode {
  const command = node.kind === 'map' ? node.entries.get('command') : undefined;
  if (node.kind !== 'map' || command === undefined) return node;
  const written = node.entries.get('working-folder');
  const origin = (written ?? command).value.span.source.folder;
  if (origin === folder) return node;
  const value = written?.value.kind === 'scalar' ? written.value.value : '.';
  if (typeof value !== 'string' || isAbsolute(value)) return node;
  const path = relative(folder, resolve(origin, value)).split(sep).join('/');
  const span = (written ?? command).value.span;
  const entry: Entry = { keySpan: written?.keySpan ?? span, value: { kind: 'scalar', value: path || '.', span } };
  return { ...node, entries: new Map(node.entries).set('working-folder', entry) };
}
