/** An open loop whose calls arrive as they were recorded. */
import { duration, map, multiple, text as textOf } from '../grammar/index.js';
import { MOST_RECORDED_TEXT, readRecorded, replayOf } from './recorded-arrivals.js';
import {
  eitherForm,
  NO_CHECK,
  NO_TRAITS,
  NO_WARMUP,
  phaseHead,
  phaseTail,
  phaseText,
  type PhaseText,
  type Regime,
} from './regime.js';

const DESCRIPTION = 'Open loop whose calls arrive at the times of a recording.';

const UNREAD = { load: null, rates: [], check: NO_CHECK } as const;

const keys = {
  ...phaseHead('replay', DESCRIPTION),
  speed: multiple(1000, '2x').describe('How many times faster than recorded. Default: 1x.').optional(),
  for: duration('s', '60s')
    .describe('Length of the schedule; later arrivals are left out. Default: up to the last arrival.')
    .optional(),
  ...phaseTail(NO_WARMUP),
};

const fromFile = map({
  ...keys,
  file: textOf('arrivals.csv').describe(
    'CSV of one column: a line with offset_ns, offset_us, offset_ms or offset_s, then one offset from the start on ' +
      'each line, never decreasing. Relative to this file.',
  ),
})
  .meta({ title: 'replay of a file', description: DESCRIPTION })
  // A file that can be read has been replaced by its recording before.
  .transform((text) => phaseText(text, NO_WARMUP, UNREAD));

const recorded = map({
  ...keys,
  recorded: textOf('offset_ms', MOST_RECORDED_TEXT).describe(
    'The recording itself, in the form of such a file: a resolved scenario holds it in place of the file name.',
  ),
})
  .meta({ title: 'replay of a recording', description: DESCRIPTION })
  .transform((text) => {
    const { recorded: recording, speed = 1 } = text;
    const reading = readRecorded(recording);
    if (!reading.ok) return phaseText(text, NO_WARMUP, UNREAD);
    const schedule = replayOf(reading.offsetsNs, speed, text.for);
    return phaseText(text, NO_WARMUP, {
      load: { kind: 'recording', speed, ...schedule },
      rates: [],
      check: checkSchedule(schedule.offsetsNs, text.warmup ?? 0),
    });
  });

const checkSchedule =
  (offsetsNs: readonly number[], warmupNs: number): PhaseText['check'] =>
  ({ error }, path) => {
    const lastNs = offsetsNs.at(-1);
    if (lastNs === undefined)
      error(
        [...path, 'for'],
        'value',
        'contradiction',
        'the recording has no arrival before this',
        'make it longer, or leave it out to replay all of the recording',
      );
    else if (lastNs < warmupNs)
      error(
        [...path, 'warmup'],
        'value',
        'contradiction',
        'every arrival of the recording falls into the warm-up',
        'make it shorter',
      );
  };

export const replay: Regime<'replay'> = {
  name: 'replay',
  description: DESCRIPTION,
  traits: NO_TRAITS,
  schema: eitherForm('replay', ['file', 'recorded'], [fromFile, recorded]),
};
