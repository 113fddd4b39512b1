/** Side effects by tool annotation: a duplicate of an idempotent call does no harm, one of a booking does. */
import { toolOf } from '../../catalog/index.js';
import type { ToolRow } from '../../record/index.js';
import { type MutableEffects, countEffect, noEffects } from './executions.js';
import type { EffectsInput } from './run.js';
import type { AnnotationClass, SideEffects } from './types.js';

const CLASSES: readonly AnnotationClass[] = ['destructive', 'additive', 'not-reported', 'idempotent', 'read-only'];

/** The class of a tool. A hint that is left out has its default only where the tool gives another hint. */
export function annotationOf({ readOnlyHint, idempotentHint, destructiveHint }: ToolRow): AnnotationClass {
  if (readOnlyHint === null && idempotentHint === null && destructiveHint === null) return 'not-reported';
  if (readOnlyHint === true) return 'read-only';
  if (idempotentHint === true) return 'idempotent';
  return destructiveHint === false ? 'additive' : 'destructive';
}

/** Those whose repetition does harm first; only classes that have calls. */
export function effectsByAnnotation(run: EffectsInput): SideEffects['effectsByAnnotation'] {
  const { plan, calls, executions } = run;
  const { tools } = run.record;
  const specs = plan.scenario.calls;
  if (!specs.some(({ effect }) => effect === 'exactly-once'))
    return { classes: [], reason: 'no call has "effect: exactly-once"' };
  if (executions === null) return { classes: [], reason: 'no upstream keeps a ledger of executions' };
  if (tools === null) return { classes: [], reason: 'the tool annotations are not in the record' };
  const classOf = new Map(tools.map((row) => [row.tool, annotationOf(row)]));
  const byClass = new Map<AnnotationClass, { readonly tools: Set<string>; readonly counts: MutableEffects }>();
  for (let i = 0; i < calls.length; i++) {
    const spec = specs[calls.spec[i] ?? 0];
    if (spec?.effect !== 'exactly-once') continue;
    const tool = toolOf(spec);
    if (tool === null) continue;
    const annotation = classOf.get(tool) ?? 'not-reported';
    const known = byClass.get(annotation) ?? { tools: new Set(), counts: noEffects() };
    byClass.set(annotation, known);
    known.tools.add(tool);
    countEffect(known.counts, calls.outcome[i] ?? 0, executions.get(calls.callId[i] ?? -1) ?? 0);
  }
  const inOrder = (named: ReadonlySet<string>): readonly string[] =>
    [...new Set(specs.flatMap((spec) => toolOf(spec) ?? []))].filter((tool) => named.has(tool));
  return {
    classes: CLASSES.flatMap((annotation) => {
      const found = byClass.get(annotation);
      return found === undefined ? [] : [{ annotation, tools: inOrder(found.tools), ...found.counts }];
    }),
    reason: null,
  };
}
