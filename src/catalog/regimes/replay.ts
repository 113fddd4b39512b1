/** An open loop whose calls arrive as they were recorded. */
import { duration, multiple, text as textOf } from '../grammar/index.js';
import { MOST_RECORDED_TEXT, readRecorded, replayOf } from './recorded-arrivals.js';
import { eitherForm, NO_CHECK, NO_WARMUP, phaseSchema, type PhaseText } from './regime.js';

const DESCRIPTION = 'Open loop whose calls arrive at the times of a recording.';

const UNREAD = { load: null, rates: [], check: NO_CHECK } as const;

const keys = {
  speed: multiple(1000, '2x').describe('How many times faster than recorded. Default: 1x.').optional(),
  for: duration('s', '60s')
    .describe('Length of the schedule; later arrivals are left out. Default: up to the last arrival.')
    .optional(),
};

const file = textOf('arrivals.csv').describe(
  'CSV of one column: a line with offset_ns, offset_us, offset_ms or offset_s, then one offset from the start on ' +
    'each line, never decreasing. Relative to this file.',
);

const recorded = textOf('offset_ms', MOST_RECORDED_TEXT).describe(
  'The recording itself, in the form of such a file: a resolved scenario holds it in place of the file name.',
);

// A file that can be read has been replaced by its recording before.
const fromFile = phaseSchema('replay', DESCRIPTION, NO_WARMUP, { ...keys, file }, () => UNREAD, ' of a file');

const fromRecording = phaseSchema(
  'replay',
  DESCRIPTION,
  NO_WARMUP,
  { ...keys, recorded },
  ({ recorded: recording, speed = 1, for: forNs, warmup = 0 }) => {
    const reading = readRecorded(recording);
    if (!reading.ok) return UNREAD;
    const schedule = replayOf(reading.offsetsNs, speed, forNs);
    const check = checkSchedule(schedule.offsetsNs.at(-1), warmup);
    return { load: { kind: 'recording', speed, ...schedule }, rates: [], check };
  },
  ' of a recording',
);

const checkSchedule =
  (lastNs: number | undefined, warmupNs: number): PhaseText['check'] =>
  ({ error }) => {
    if (lastNs === undefined)
      error(['for'], 'contradiction', {
        what: 'the recording has no arrival before this',
        remedy: 'make it longer, or leave it out to replay all of the recording',
      });
    else if (lastNs < warmupNs)
      error(['warmup'], 'contradiction', {
        what: 'every arrival of the recording falls into the warm-up',
        remedy: 'make it shorter',
      });
  };

export const replay = eitherForm('replay', ['file', 'recorded'], [fromFile, fromRecording]);
