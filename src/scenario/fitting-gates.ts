/** Gates that are given beside a scenario (`--gate`), checked against what it has. */
import { ProblemError, type Problem } from '../problem/index.js';
import { contextOf } from './checks/context.js';
import { checkGates } from './checks/gates.js';
import { textSource, treeOf } from './files.js';
import type { ReadScenario } from './reader.js';
import { valueOf, type Entry, type MapNode } from './tree.js';
import { readYaml } from './yaml-tree.js';

/**
 * Makes sure that gates which are given beside a scenario ask for what it has: its phases, calls, faults and processes,
 * and metrics that it measures.
 * @param read the scenario, after `extends`, profile and `--set`.
 * @param name stands for the file in problems.
 * @throws ProblemError (`bad-input`) with the problems of all of them.
 */
export function requireGatesFit(
  { resolvedText, file }: Pick<ReadScenario, 'resolvedText' | 'file'>,
  texts: readonly string[],
  name: string,
): void {
  const given = texts.flatMap((text) => {
    const reading = readYaml(textSource(name, text));
    return reading.ok && reading.tree !== null ? [reading.tree] : [];
  });
  const [first] = given;
  if (first === undefined) return;
  const tree = treeOf(textSource(file, resolvedText));
  const gates: Entry = { keySpan: first.span, value: { kind: 'list', items: given, span: first.span } };
  const asked: MapNode = { ...tree, entries: new Map(tree.entries).set('gates', gates) };
  const problems: Problem[] = [];
  checkGates(contextOf(asked, valueOf(asked), {}, problems, []));
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
}
