/** What a file in this folder must hold: a fault inside a mock, from its text to the message that requests it. */
import type { z } from 'zod';
import type { MockFaultKind, MockFaultParameters, MockTool, Which } from '../../../protocol/index.js';
import { flag, list, share, whole, word, type CheckReport } from '../../grammar/index.js';
import { faultSchema, when, type FaultConsequences } from '../common.js';

/** What a check may know besides the fault. */
export interface MockFaultSurroundings {
  readonly tools: readonly MockTool[];
  /** Whether the run asks for the tool list while it goes on. */
  readonly watchesContract: boolean;
  /** Which of `every`, `calls` and `probability` the fault has; null: none, it affects all calls. */
  readonly chooses: 'every' | 'calls' | 'probability' | null;
}

/** One kind of fault inside a mock. `fault` is what the scenario says, with quantities in base units. */
export interface MockFaultDescriptor<
  K extends MockFaultKind = MockFaultKind,
  S extends z.ZodType = z.ZodType,
> extends FaultConsequences {
  readonly schema: S;
  /** Reports what the schema can't see. */
  check(fault: z.output<S>, report: CheckReport, surroundings: MockFaultSurroundings): void;
  /** The parameters in the message to the mock. */
  parameters(fault: z.output<S>): MockFaultParameters<K>;
  /** Kind and parameters, for people: `shed 503`. */
  words(fault: z.output<S>): string;
  /** The kind that can't be in force for the same calls, and why; null: there is none. */
  readonly contradicts: { readonly kind: MockFaultKind; readonly because: string } | null;
  /** Why an affected call does not fail; null: it fails. */
  readonly affectedCallSucceeds: string | null;
}

/** @param kind under which the mock knows it. */
export function mockFault<const K extends MockFaultKind, const S extends z.ZodType<{ readonly type: K }>>(
  kind: K,
  descriptor: MockFaultDescriptor<K, S>,
): MockFaultDescriptor<K, S> & { readonly kind: K } {
  return { kind, ...descriptor };
}

const COMMON = {
  ...when('The mock it affects.', 'backend'),
  tool: word(/^[A-Za-z0-9_.-]{1,128}$/, 'letters, digits, "_", "-" and "." (at most 128)', 'search')
    .describe('Affects only calls of this tool. Default: every tool it can affect.')
    .optional(),
  every: whole(1, 1_000_000_000)
    .describe('Affects every n-th of the calls it can affect. They are counted from when it is set.')
    .optional(),
  calls: list(whole(1, 1_000_000_000), 'call numbers', 1)
    .meta({
      description: 'Affects these of the calls it can affect, counted from 1 from when it is set.',
      examples: [[3, 8, 13]],
    })
    .optional(),
  probability: share('5%')
    .describe('Affects each call with this probability, drawn from the seed of the scenario and the id of the fault.')
    .optional(),
};

/** The text form of a fault inside a mock. @param summary one sentence for editors and the documentation. */
export const mockSchema = <const T extends MockFaultKind, F extends z.core.$ZodLooseShape>(
  type: T,
  summary: string,
  fields: F,
) => faultSchema(type, summary, COMMON, fields);

export const afterEffect = () => ({
  'after-effect': flag().describe('The effect is executed, and then the call fails. Default: false.').optional(),
});

interface Failing {
  readonly 'after-effect'?: boolean | undefined;
}

export const afterEffectParameter = ({ 'after-effect': after }: Failing): { readonly afterEffect?: boolean } =>
  after === undefined ? {} : { afterEffect: after };

export const afterEffectWords = ({ 'after-effect': after = false }: Failing): string =>
  after ? ' after the effect' : '';

/** Nothing beyond what the schema checks. */
export const noChecks = (): void => undefined;

/** Of a fault without keys of its own whose affected calls fail: all but its schema and its wording. */
export const PLAIN = {
  check: noChecks,
  parameters: () => ({}),
  contradicts: null,
  affectedCallSucceeds: null,
  endsSessions: false,
} as const;

/** Why `duplicate-effect` and `lost-effect` contradict each other. */
export const ONE_EFFECT = "one call can't be executed twice and not at all, and both may choose it";

/** Reports a tool where the fault affects no calls of a tool. */
export function noTool(fault: { readonly tool?: string | undefined }, report: CheckReport, why: string): void {
  if (fault.tool !== undefined)
    report.error({ key: ['tool'] }, 'contradiction', { what: why, remedy: 'delete "tool"' });
}

/** Why a fault without every, calls or probability can't have a tool. */
export const WHOLE_MOCK = 'without every, calls or probability it affects the whole mock, whatever the tool';

/** Keys that choose calls. */
export const CHOOSING = ['every', 'calls', 'probability'] as const;

export interface ChoosingText {
  readonly every?: number | undefined;
  readonly calls?: readonly number[] | undefined;
  readonly probability?: number | undefined;
}

/** Which calls a fault affects, as the mock takes it; null: all. @param seed of the fault. */
export function whichOf({ every, calls, probability }: ChoosingText, seed: number): Which | null {
  if (every !== undefined) return { kind: 'every', n: every };
  // People count calls from 1, the mock from 0.
  if (calls !== undefined) return { kind: 'listed', numbers: calls.map((number) => number - 1) };
  return probability === undefined ? null : { kind: 'probability', probability, seed };
}
