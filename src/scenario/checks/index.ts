/**
 * Checks that need more than one part of a scenario: references, contradictions, times, remote targets.
 *
 * They run even where the grammar has complained, on the parts that parsed, so that all problems are reported at once.
 */
import type { Problem } from '../../problem/index.js';
import type { Environment } from '../placeholders.js';
import type { MapNode } from '../tree.js';
import type { JsonValue } from '../types.js';
import { checkCalls } from './calls.js';
import { contextOf } from './context.js';
import { checkFaults } from './faults.js';
import { checkGates } from './gates.js';
import { checkHypotheses } from './hypotheses.js';
import { checkGenerator } from './generator.js';
import { checkPhases } from './phases.js';
import { checkPlaceholders } from './placeholders.js';
import { checkStack } from './stack.js';

export function checked(
  tree: MapNode,
  document: JsonValue,
  environment: Environment,
): { readonly errors: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  const context = contextOf(tree, document, environment, errors, warnings);
  checkPlaceholders(context, errors, warnings);
  checkStack(context);
  checkCalls(context);
  checkGenerator(context);
  checkPhases(context);
  checkFaults(context);
  checkGates(context);
  checkHypotheses(context);
  return { errors, warnings };
}
