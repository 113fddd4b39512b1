/** `phases:` which regimes are run, one after the other, and how hard. */
import { z } from 'zod';
import { MOST_RECORDED_TEXT } from '../recorded-arrivals.js';
import {
  hypotheses as hypothesesOf,
  choice,
  choiceByKey,
  choiceByValue,
  isMap,
  describeValue,
  map,
  pickByKey,
  problemMessage,
  duration,
  durationOrZero,
  label,
  list,
  literal,
  multiple,
  name,
  oneOf,
  rate,
  rateOrMultiple,
  share,
  text,
  whole,
} from '../../catalog/index.js';

export const REGIMES = ['floor', 'steady', 'overload', 'stages', 'spike', 'replay', 'capacity', 'soak'] as const;

const phaseName = () => label('steady').describe('Unique; faults and gates refer to it.');
const length = () => duration('s', '8s').describe('Length of the schedule, warm-up included, drain not.');
const warmup = (fallback: string) =>
  durationOrZero('s', '2s').describe(`Kept in the record and left out of the numbers. Default: ${fallback}.`);
const arrivals = () =>
  oneOf('arrivals', ['constant', 'poisson']).describe(
    'Distance between calls: always the same, or exponential. Default: constant.',
  );
const hypotheses = () => hypothesesOf('this phase').optional();
const stage = () => map({ rate: rateOrMultiple(), for: duration('s', '10s') });

const FloorText = map({
  name: phaseName(),
  regime: literal('floor').describe('One call in flight: latency with no queue.'),
  for: length(),
  warmup: warmup('a fifth of the length, at most 1s').optional(),
  hypotheses: hypotheses(),
});

const SteadyClosedText = map({
  name: phaseName(),
  regime: literal('steady'),
  for: length(),
  warmup: warmup('a fifth of the length, at most 2s').optional(),
  concurrency: whole(1, 100_000).describe(
    'Closed loop: this many callers, each waiting for its answer before the next call.',
  ),
  think: durationOrZero('ms', '0ms')
    .describe(
      'Time a caller waits between an answer and its next call; the first calls are spread over one such time. Default: 0ms.',
    )
    .optional(),
  hypotheses: hypotheses(),
});

const SteadyOpenText = map({
  name: phaseName(),
  regime: literal('steady'),
  for: length(),
  warmup: warmup('a fifth of the length, at most 2s').optional(),
  rate: rateOrMultiple().describe(
    'Open loop: calls arrive at this rate whatever the target does. 0.5x is half the load line.',
  ),
  arrivals: arrivals().optional(),
  hypotheses: hypotheses(),
});

const STEADY_LOADS = ['concurrency', 'rate'] as const;

const OverloadText = map({
  name: phaseName(),
  regime: literal('overload').describe('An open loop above capacity, then the way back.'),
  for: length().describe('Length of the overload.'),
  rate: rateOrMultiple().describe('Rate of the overload; 1.5x is one and a half times the load line.'),
  before: stage().describe('A calm stage before, on the same schedule.').optional(),
  after: stage().describe('The way back: a lower rate, and how long it is watched.'),
  arrivals: arrivals().optional(),
  warmup: warmup('0s').optional(),
  hypotheses: hypotheses(),
});

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
      for: duration('s', '10s'),
    }),
    map({
      name: stageName(),
      from: rateOrMultiple().describe('A ramp: the rate at its start ...'),
      to: rateOrMultiple().describe('... and at its end. In between it changes evenly.'),
      for: duration('s', '10s'),
    }),
  ],
);
export type StageText = z.output<typeof StageText>;

const StagesText = map({
  name: phaseName(),
  regime: literal('stages').describe('An open loop whose rate is held or ramped, stage after stage, on one schedule.'),
  stages: list(StageText, 'stages', 1).describe(
    'What is left waiting at the end of one stage is carried into the next.',
  ),
  arrivals: arrivals().optional(),
  warmup: warmup('0s').optional(),
  hypotheses: hypotheses(),
});

const SpikeText = map({
  name: phaseName(),
  regime: literal('spike').describe('An open loop with a sudden burst: base rate, spike, base rate again.'),
  base: rateOrMultiple().describe('The rate before and after the spike.'),
  spike: rateOrMultiple().describe('The rate of the spike.'),
  before: duration('s', '5s').describe('How long the base rate is held before.'),
  for: duration('s', '2s').describe('Length of the spike.'),
  after: duration('s', '15s').describe('How long the base rate is held, and watched, after it.'),
  arrivals: arrivals().optional(),
  warmup: warmup('0s').optional(),
  hypotheses: hypotheses(),
});

const replayKeys = {
  name: phaseName(),
  regime: literal('replay').describe('An open loop whose calls arrive as they did when somebody recorded them.'),
  speed: multiple(1000, '2x').describe('How many times faster than recorded. Default: 1x.').optional(),
  for: duration('s', '60s')
    .describe('Length of the schedule: what was recorded beyond is left out. Default: up to the last arrival.')
    .optional(),
  warmup: warmup('0s').optional(),
  hypotheses: hypotheses(),
};
const REPLAY_SOURCES = ['file', 'recorded'] as const;
const ReplayFileText = map({
  ...replayKeys,
  file: text('arrivals.csv').describe(
    'CSV of one column: a line with offset_ns, offset_us, offset_ms or offset_s, then one offset from the start a line, never decreasing. Relative to this file.',
  ),
});
const ReplayRecordedText = map({
  ...replayKeys,
  recorded: text('offset_ms', MOST_RECORDED_TEXT).describe(
    'The recording itself, in the form of such a file: a resolved scenario holds it instead of naming a file.',
  ),
});

const CapacityText = map({
  name: phaseName(),
  regime: literal('capacity').describe(
    'Searches the highest rate that stays bounded; sets what "x" means in later phases.',
  ),
  between: z
    .tuple([rate(), rate()], {
      error: (issue) =>
        issue.code === 'invalid_type' || issue.code === 'too_small' || issue.code === 'too_big'
          ? problemMessage(
              'wrong-type',
              `expected two rates, found ${describeValue(issue.input)}`,
              'write [50/s, 2k/s]',
            )
          : undefined,
    })
    .meta({ description: 'Lowest and highest rate tried.', examples: [['50/s', '2k/s']] }),
  step: duration('s', '2s').describe('Length of one probe.'),
  resolution: share('5%').describe('The search ends when the bracket is this narrow. Default: 5%.').optional(),
  confirmations: whole(1, 10).describe('How often the found rate must pass again. Default: 2.').optional(),
  without: name('backend-2')
    .describe(
      'A service of this scenario, such as one replica, that is gone while this search lasts: what the stack still sustains without it. Does not set what "x" means.',
    )
    .optional(),
  operating: rate()
    .describe('The rate the stack is run at: what is left above it without the lost service is the recovery capacity.')
    .optional(),
  arrivals: arrivals().optional(),
});

const SteadyText = choice([SteadyClosedText, SteadyOpenText], (input) =>
  pickByKey('a steady phase', STEADY_LOADS, isMap(input) ? input : {}),
).describe('Below capacity: a closed loop (concurrency) or an open one (rate).');

const ReplayText = choice([ReplayFileText, ReplayRecordedText], (input) =>
  pickByKey('a replay phase', REPLAY_SOURCES, isMap(input) ? input : {}),
);

const soakRegime = () =>
  literal('soak').describe(
    'Steady for long, judged by what grows: memory, descriptors, sockets, threads and sessions of every process the run started.',
  );
const soakWarmup = () => warmup('a fifth of the length, at most 1m').optional();

const SoakText = choice(
  [
    SteadyClosedText.extend({ regime: soakRegime(), warmup: soakWarmup() }),
    SteadyOpenText.extend({ regime: soakRegime(), warmup: soakWarmup() }),
  ],
  (input) => pickByKey('a soak phase', STEADY_LOADS, isMap(input) ? input : {}),
).describe('A closed loop (concurrency) or an open one (rate), held for long.');

export const PhaseText = choiceByValue('a phase', 'regime', REGIMES, [
  FloorText,
  SteadyText,
  OverloadText,
  StagesText,
  SpikeText,
  ReplayText,
  CapacityText,
  SoakText,
]);

export type PhaseText = z.output<typeof PhaseText>;
