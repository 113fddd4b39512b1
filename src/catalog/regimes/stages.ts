/** An open loop whose rate is held or ramped, stage after stage. */
import { choiceByKey, duration, label, list, map, rateOrMultiple } from '../grammar/index.js';
import type { PhaseStage } from './load.js';
import {
  arrivals,
  NO_TRAITS,
  NO_WARMUP,
  phaseHead,
  phaseTail,
  phaseText,
  type PlacedRate,
  type Regime,
} from './regime.js';

const DESCRIPTION = 'Open loop whose rate is held or ramped, stage after stage, on one schedule.';

const stageName = () =>
  label('climb')
    .describe('Names the stage in tables; unique within the phase. Default: "stage" and its number.')
    .optional();

const StageText = choiceByKey(
  'a stage',
  ['rate', 'from'],
  [
    map({
      name: stageName(),
      rate: rateOrMultiple().describe('A rate that is held.'),
      for: duration('s', '10s').describe('Length of the stage.'),
    })
      .meta({ title: 'held rate' })
      .transform((text) => ({ ...text, rampTo: undefined })),
    map({
      name: stageName(),
      from: rateOrMultiple().describe('A ramp: the rate at its start ...'),
      to: rateOrMultiple().describe('... and at its end. In between it changes evenly.'),
      for: duration('s', '10s').describe('Length of the stage.'),
    })
      .meta({ title: 'ramp' })
      .transform(({ from, to, ...text }) => ({ ...text, rate: from, rampTo: to })),
  ],
);

export const stages: Regime<'stages'> = {
  name: 'stages',
  description: DESCRIPTION,
  traits: { ...NO_TRAITS, comparesDirections: true },
  schema: map({
    ...phaseHead('stages', DESCRIPTION),
    stages: list(StageText, 'stages', 1).describe(
      'In this order. Calls that still wait at the end of one stage are carried into the next.',
    ),
    arrivals: arrivals(),
    ...phaseTail(NO_WARMUP),
  })
    .meta({ title: 'stages', description: DESCRIPTION })
    .transform((text) => {
      const all = text.stages.map(({ name, rate, rampTo, for: forNs }, index): PhaseStage => {
        const stage = { label: name ?? `stage ${index + 1}`, rate, forNs };
        return rampTo === undefined ? stage : { ...stage, rampTo };
      });
      const [first, ...rest] = all;
      if (first === undefined) throw new Error('a list of at least one stage is empty');
      return phaseText(text, NO_WARMUP, {
        load: { kind: 'stages', arrivals: text.arrivals ?? 'constant', stages: [first, ...rest] },
        rates: all.flatMap(({ rate, rampTo }, index): readonly PlacedRate[] =>
          rampTo === undefined
            ? [[['stages', index, 'rate'], rate]]
            : [
                [['stages', index, 'from'], rate],
                [['stages', index, 'to'], rampTo],
              ],
        ),
        check: ({ error }, path) => {
          const labels = all.map((stage) => stage.label);
          labels.forEach((label, index) => {
            const same = labels.indexOf(label);
            if (same !== index)
              error(
                [...path, 'stages', index, 'name'],
                'value',
                'duplicate-name',
                `"${label}" is already the name of stage ${same}`,
                'give each stage of a phase its own name',
              );
          });
        },
      });
    }),
};
