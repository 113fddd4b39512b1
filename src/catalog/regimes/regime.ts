/** The schema of a phase: what every regime has, and what each gives of its own. */
import type { z } from 'zod';
import { scenarioDuration } from '../../format/index.js';
import { choice, durationOrZero, isMap, label, literal, map, oneOf, pickByKey } from '../grammar/index.js';
import type { CheckReport, Path } from '../grammar/checks.js';
import { hypotheses, type HypothesisText } from '../metrics/index.js';
import { scheduleNs, type Load, type Rate } from './load.js';

/** What the checks of a phase may ask about the rest of the scenario. */
export interface PhaseContext extends CheckReport {
  /** Services by name; null where one could not be read. */
  readonly services: ReadonlyMap<string, object | null>;
  readonly target: unknown;
  /** Most calls that can be in flight, and what limits them. */
  readonly mostInFlight: { readonly calls: number; readonly reason: string };
}

/** A rate and where it is written, from the phase on. */
export type PlacedRate = readonly [key: Path, rate: Rate];

/** What the text of a phase means, the same for every regime. */
export interface PhaseText<N extends string = string> {
  readonly name: string;
  readonly regime: N;
  readonly warmupNs: number;
  readonly hypotheses: readonly HypothesisText[];
  /** Null where its recording could not be read, which is reported when it is opened. */
  readonly load: Load | null;
  readonly rates: readonly PlacedRate[];
  /** Reports what is wrong with this phase in its scenario; places count from the phase. */
  readonly check: (context: PhaseContext) => void;
}

/** What a phase warms up when its text states nothing. */
export interface DefaultWarmup {
  readonly text: string;
  ofLengthNs(forNs: number): number;
}

/** Connections, caches and compilers settle at the beginning. */
export const fifthAtMost = (mostNs: number): DefaultWarmup => ({
  text: `a fifth of the length, at most ${scenarioDuration(mostNs)}`,
  ofLengthNs: (forNs) => Math.min(mostNs, Math.round(forNs / 5)),
});

export const NO_WARMUP: DefaultWarmup = { text: '0s', ofLengthNs: () => 0 };

/** The keys every phase begins with. */
const phaseHead = <const N extends string>(regime: N, description: string) => ({
  name: label('steady').describe('Unique; faults and gates refer to it.'),
  regime: literal(regime).describe(description),
});

/** The keys every phase with a schedule ends with. */
const phaseTail = (warmup: DefaultWarmup) => ({
  warmup: durationOrZero('s', '2s')
    .describe(`Recorded, and left out of the measured numbers. Default: ${warmup.text}.`)
    .optional(),
  hypotheses: hypotheses('this phase').optional(),
});

/** What of a phase's text concerns every regime. */
interface Shared<N extends string> {
  readonly name: string;
  readonly regime: N;
  readonly warmup?: number | undefined;
  readonly hypotheses?: readonly HypothesisText[] | undefined;
}

/**
 * The schema of a phase, and what its text means.
 *
 * @param description one sentence for editors and the reference.
 * @param warmup null for a regime whose phases have no schedule of their own.
 * @param keys the regime's own.
 * @param form distinguishes the ways in which one regime can be written.
 */
export function phaseSchema<const N extends string, K extends z.core.$ZodLooseShape>(
  regime: N,
  description: string,
  warmup: DefaultWarmup | null,
  keys: K,
  meaningOf: (text: z.output<z.ZodObject<K>> & Shared<N>) => Pick<PhaseText, 'load' | 'rates' | 'check'>,
  form = '',
) {
  return map({ ...phaseHead(regime, description), ...keys, ...(warmup === null ? {} : phaseTail(warmup)) })
    .meta({ title: `${regime}${form}`, description })
    .transform((written): PhaseText<N> => {
      // The keys are those above, which a spread of a generic shape hides from the compiler.
      const text = written as unknown as z.output<z.ZodObject<K>> & Shared<N>;
      const meaning = meaningOf(text);
      const lengthNs = (meaning.load === null ? null : scheduleNs(meaning.load)) ?? 0;
      return {
        name: text.name,
        regime: text.regime,
        warmupNs: text.warmup ?? warmup?.ofLengthNs(lengthNs) ?? 0,
        hypotheses: text.hypotheses ?? [],
        ...meaning,
      };
    });
}

export const arrivals = () =>
  oneOf('arrivals', ['constant', 'poisson'])
    .describe('Time between calls: constant, or exponentially distributed. Default: constant.')
    .optional();

/** Of a phase in which nothing can be wrong that the grammar does not see. */
export const NO_CHECK: PhaseText['check'] = () => undefined;

/** A regime that can be written in two ways, distinguished by the one key that only one of them has. */
export function eitherForm<A extends z.ZodType, B extends z.ZodType>(
  regime: string,
  keys: readonly [string, string],
  forms: readonly [A, B],
): z.ZodUnion<readonly [A, B]> {
  return choice(forms, (input) => pickByKey(`a ${regime} phase`, keys, isMap(input) ? input : {}));
}
