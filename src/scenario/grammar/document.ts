/** The whole document, from `version` to `recovery`. */
import { z } from 'zod';
import { ProtocolText } from './protocol.js';
import {
  CallText,
  PhaseText,
  GateText,
  hypotheses,
  map,
  duration,
  durationOrZero,
  expected,
  flag,
  list,
  literal,
  multiple,
  name,
  named,
  oneOf,
  packed,
  problemOf,
  quantity,
  rate,
  refusal,
  share,
  text,
  whole,
  word,
  FaultText,
} from '../../catalog/index.js';
import { cpus } from './process.js';
import { StackText } from './stack.js';

const GeneratorText = map({
  pacing: oneOf('pacing', ['auto', 'spin', 'sleep'])
    .describe('How the generator waits for the next call. Default: auto, which decides by the number of cores.')
    .optional(),
  'max-in-flight': whole(1, 100_000).describe('Most attempts in flight over all sessions. Default: 1024.').optional(),
  'max-queued': whole(0, 10_000_000)
    .describe('Most calls that may wait for a slot in the generator; one more is shed and counted. Default: 10000.')
    .optional(),
  workers: whole(1, 64)
    .describe(
      'Threads that share the load: the arrivals are the same whatever their number. Sessions, in-flight ' +
        'slots and the queue are divided among them. Default: 1.',
    )
    .optional(),
  cpus: cpus().optional(),
}).describe('The load generator.');

const RecoveryText = map({
  'latency-factor': multiple(1000, '1.5x')
    .describe('A window is recovered with a p99 of at most this many times the worst window before. Default: 1.5x.')
    .optional(),
  'goodput-share': share('90%')
    .describe('... and its goodput at least this share of the baseline. Default: 90%.')
    .optional(),
  hold: duration('s', '3s').describe('... for this long without a break. Default: 3s.').optional(),
  window: duration('ms', '500ms').describe('Length of one window. Default: 500ms.').optional(),
}).describe('When a fault counts as recovered from.');

const ABORT_RULES = ['error-share', 'no-goodput', 'schedule-lag'] as const;

const AbortText = map({
  'error-share': share('50%')
    .describe(
      'More than this share of the calls that ended within the window were not ok (of 20 or more). ' +
        'The run fails: exit ' +
        'code 99. Default: none.',
    )
    .optional(),
  'no-goodput': flag()
    .describe('No call was ok within the window. The run fails: exit code 99. Default: false.')
    .optional(),
  'schedule-lag': duration('ms', '100ms')
    .describe(
      'The generator sent its calls late: the p99 of its schedule lag was higher than this all ' +
        'through the window. The ' +
        'run is invalid: exit code 4. Default: none.',
    )
    .optional(),
  window: quantity('duration', {
    unit: 's',
    atLeast: 1e9,
    atMost: { value: 300e9, text: '5m' },
    examples: ['1s', '5s'],
  })
    .describe('For how long a rule must hold, 1s to 5m. Default: 5s.')
    .optional(),
})
  .refine((rules) => ABORT_RULES.some((rule) => rules[rule] !== undefined && rules[rule] !== false), {
    ...refusal('no-rule', 'abort-on has no rule', `add one of ${ABORT_RULES.join(', ')}, or delete the key`),
  })
  .describe(
    'Ends a hopeless run early, by the first rule that holds. The window begins anew with each ' +
      'phase and when a fault ' +
      'ends; capacity searches and times with a fault are not watched. In a comparison an arm whose ' +
      'trial ended so has ' +
      'failed. Default: every run goes on to its end.',
  );

const ContractText = map({
  every: quantity('duration', {
    unit: 's',
    atLeast: 50e6,
    atMost: { value: 3600e9, text: '1h' },
    examples: ['50ms', '1s'],
  }).describe('How often tools/list is asked, at least 50ms apart; a list_changed notification is followed at once.'),
}).describe(
  'Watches the tools while the run goes on: a session of its own, outside the load, asks for tools/list, ' +
    'and every change is dated and called breaking or informational. Default: the tools are not watched.',
);

const ToolListsText = map({
  sessions: whole(1, 100)
    .describe('In how many sessions, one after the other: the order of the tools may differ. Default: 2.')
    .optional(),
}).describe(
  'Reads the tool list of the target before the load, and holds it against those of the mocks behind it: changed ' +
    'schemas, missing and added tools, order, and size in bytes and tokens. Default: it is not read.',
);

/** Parts of a scenario; what may also stand in a profile. */
const parts = {
  name: word(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/,
    'letters, digits, blanks, ".", "_" and "-" (at most 64)',
    'quickstart',
  ).describe('Names the run and its folder.'),
  description: text('What this shows', 10_000).describe('For people.').optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER).describe('Everything random comes from it. Default: 1.').optional(),
  'allow-remote': flag()
    .describe('Load may leave this machine: say so only for servers that are yours. Default: false.')
    .optional(),
  'load-line': rate()
    .describe('The declared highest sustainable rate: what "x" means until a capacity phase has measured it.')
    .optional(),
  stack: StackText,
  protocol: ProtocolText.optional(),
  calls: list(CallText, 'calls').describe(
    'The mix of calls. With no calls and no phases (calls: [], phases: []) a run checks the target and opens sessions.',
  ),
  phases: list(PhaseText, 'phases').describe('What is run, in this order.'),
  faults: list(FaultText, 'faults').describe('What goes wrong, and when.').optional(),
  hypotheses: hypotheses('every phase with a fault').optional(),
  gates: list(GateText, 'gates').describe('What must hold for the run to pass.').optional(),
  'default-gates': flag()
    .describe(
      'Without gates, at most 5 % of the calls of floor and steady phases may fail outside of faults, and some must ' +
        'be good. Default: true.',
    )
    .optional(),
  'abort-on': AbortText.optional(),
  generator: GeneratorText.optional(),
  contract: ContractText.optional(),
  'tool-lists': ToolListsText.optional(),
  recovery: RecoveryText.optional(),
};

export const VERSION = literal(1).describe('Version of the scenario language.');

/** A complete scenario after `extends`, profile, `--set` and environment. */
export const DocumentText = map({ version: VERSION, ...parts });
export type DocumentText = z.output<typeof DocumentText>;

/** Keys of a file that are gone once it is resolved. */
export const ExtendsText = text('./base.yaml').describe(
  'A scenario this one is laid over: maps are merged, lists replaced, null removes. Relative to this file.',
);
export const FolderText = text('/home/me/scenarios').describe(
  'Absolute folder that relative working folders count from; a resolved scenario names it. Default: that of the file.',
);
export const ProfilesText = named(name('ci'), z.record(z.string(), z.unknown()), 'profiles').describe(
  'Named changes, chosen with --profile.',
);

/** Keys a profile may change. */
export const PROFILE_KEYS: readonly string[] = [...Object.keys(parts), 'trials'];

const changesOf = (what: string) =>
  z.record(z.string(), z.unknown(), expected('a map', `write the keys of ${what} that change`));

/** What an arm may change of a scenario. Its `stack` and `protocol` are laid over the scenario's. */
const ArmText = map({
  description: text('The release before', 10_000).describe('For people.').optional(),
  git: text('v1.2', 250)
    .describe(
      'A branch, tag or commit of the repository that holds this file: the commands of the stack ' +
        'run in a worktree of ' +
        'it, relative folders counting from there. Default: the files as they are.',
    )
    .optional(),
  profile: name('gateway')
    .describe('A profile of this scenario, which may change the stack and the protocol. Default: none.')
    .optional(),
  'stack-from': text('./gateway.yaml')
    .describe('Another scenario, relative to this file, whose stack takes the place of this one. Default: none.')
    .optional(),
  stack: changesOf('stack').describe('Laid over the stack: maps are merged, lists replaced, null removes.').optional(),
  protocol: changesOf('protocol').describe('Laid over the protocol.').optional(),
  environment: named(
    word(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and "_"', 'SERVER_VERSION'),
    z.string(expected('text', (input) => `quote it: "${String(input)}"`)),
    'environment variables',
  )
    .describe('Values of ${env.NAME} in this arm.')
    .optional(),
});

const TrialsText = map({
  pairs: whole(1, 1000)
    .describe('Trials of each arm, fixed before the first begins. One of every arm makes a row. Default: 10.')
    .optional(),
  order: oneOf('order', ['interleaved'])
    .describe('In which order the arms take turns: balanced, and drawn from the seed. Default: interleaved.')
    .optional(),
  'cool-down': durationOrZero('s', '2s').describe('Pause after each trial. Default: 2s.').optional(),
});

const NO_ARMS = 'name at least two arms, or delete the key';
const [FEWEST_ARMS, MOST_ARMS] = [2, 16];

/** Keys of a file that make it an experiment; no part of the scenario of a single run. */
export const EXPERIMENT_KEYS = ['arms', 'reference', 'prepare', 'trials'] as const;

export const ExperimentText = map({
  arms: named(name('candidate'), ArmText, 'arms')
    .refine((arms) => Object.keys(arms).length >= FEWEST_ARMS, {
      error: ({ input }) => {
        const found = Object.keys(input as object).length;
        return packed(problemOf('too-few-arms', `an experiment compares two arms or more, found ${found}`, NO_ARMS));
      },
    })
    .refine(
      (arms) => Object.keys(arms).length <= MOST_ARMS,
      refusal('too-many-arms', `there are more than ${MOST_ARMS} arms`, 'compare fewer at once'),
    )
    .describe('Variants of this scenario that "plimsoll compare" runs in turn. Each names what it changes.')
    .optional(),
  reference: name('baseline').describe('The arm that others are compared with. Default: the first.').optional(),
  prepare: text('npm ci && npm run build', 4_000)
    .describe(
      'Command of a shell that makes the worktree of an arm ready to run, at the root of the worktree. Done once for ' +
        'each commit and command, and kept. Default: none.',
    )
    .optional(),
  trials: TrialsText.describe('How often the arms run.').optional(),
});
export type ExperimentText = z.output<typeof ExperimentText>;
