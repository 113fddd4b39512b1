/** An open loop whose rate is held or ramped, stage after stage. */
import { choiceByKey, duration, eachRepeated, label, list, map, rateOrMultiple } from '../grammar/index.js';
import type { PhaseStage } from './load.js';
import { arrivals, NO_WARMUP, phaseSchema, type PlacedRate } from './regime.js';

const DESCRIPTION = 'Open loop whose rate is held or ramped, stage after stage, on one schedule.';

const stageName = () =>
  label('climb')
    .describe('Names the stage in tables; unique within the phase. Default: "stage" and its number.')
    .optional();
export const stageLength = () => duration('s', '10s').describe('Length of the stage.');

const StageText = choiceByKey(
  'a stage',
  ['rate', 'from'],
  [
    map({ name: stageName(), rate: rateOrMultiple().describe('A rate that is held.'), for: stageLength() })
      .meta({ title: 'held rate' })
      .transform((text) => ({ ...text, rampTo: undefined })),
    map({
      name: stageName(),
      from: rateOrMultiple().describe('A ramp: the rate at its start ...'),
      to: rateOrMultiple().describe('... and at its end. In between it changes evenly.'),
      for: stageLength(),
    })
      .meta({ title: 'ramp' })
      .transform(({ from, to, ...text }) => ({ ...text, rate: from, rampTo: to })),
  ],
);

const keys = {
  stages: list(StageText, 'stages', 1).describe(
    'In this order. Calls that still wait at the end of one stage are carried into the next.',
  ),
  arrivals: arrivals(),
};

export const stages = phaseSchema('stages', DESCRIPTION, NO_WARMUP, keys, (text) => {
  const all = text.stages.map(({ name, rate, rampTo, for: forNs }, index): PhaseStage => {
    const stage = { label: name ?? `stage ${index + 1}`, rate, forNs };
    return rampTo === undefined ? stage : { ...stage, rampTo };
  });
  const [first, ...rest] = all;
  if (first === undefined) throw new Error('a list of at least one stage is empty');
  return {
    load: { kind: 'stages', arrivals: text.arrivals ?? 'constant', stages: [first, ...rest] },
    rates: all.flatMap(({ rate, rampTo }, index): readonly PlacedRate[] => {
      const start = [['stages', index, rampTo === undefined ? 'rate' : 'from'], rate] as const;
      return rampTo === undefined ? [start] : [start, [['stages', index, 'to'], rampTo]];
    }),
    check: ({ error }) =>
      eachRepeated(
        all.map((stage) => stage.label),
        (name, index, same) =>
          error(['stages', index, 'name'], 'duplicate-name', {
            what: `"${name}" is already the name of stage ${same}`,
            remedy: 'give each stage of a phase its own name',
          }),
      ),
  };
});
