/** The scenario of a first look is written by no person: what marks it, and what hints say without naming its keys. */

/** Names of the phases; a scenario to begin with takes its numbers from them. */
export const FIRST_LOOK_PHASES = {
  floor: 'floor',
  search: 'load line',
  half: 'half load',
  overload: 'overload',
} as const;

/** What the name of a first look begins with. */
export const FIRST_LOOK_TITLE = 'first look at ';

/** Whether a scenario is that of a first look, also when its run is analysed again. */
export function isFirstLook(scenario: {
  readonly name: string;
  readonly phases: readonly { readonly name: string }[];
}): boolean {
  const names = Object.values<string>(FIRST_LOOK_PHASES);
  return (
    scenario.name.startsWith(FIRST_LOOK_TITLE) &&
    scenario.phases.length === names.length &&
    scenario.phases.every(({ name }, at) => name === names[at])
  );
}

const OWN_SCENARIO = '"plimsoll init" writes a scenario in which that can be changed';
const LOWER_RATE =
  'end other work on this machine ("plimsoll doctor" measures what it can offer), or look no further than a rate ' +
  'that it can: --max-rate 500/s';
const FASTER_TOOL = 'name a tool that answers faster with --tool';
const LONGER_SEARCH = `nothing, or ${FASTER_TOOL}: a first look takes a minute, and ${OWN_SCENARIO}`;
const LONGER_PHASES = `nothing: a first look takes a minute, and ${OWN_SCENARIO}`;

/** What can be done where there is no file in which a key could be changed, by the code of the problem. */
const REMEDIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'no-load-line-generator': LOWER_RATE,
    'no-load-line-budget': `too few calls were answered for a verdict: ${FASTER_TOOL}; ${OWN_SCENARIO}`,
    'no-load-line-low-failed': `see in the report what became of the calls; ${FASTER_TOOL}`,
    'capacity-budget': LONGER_SEARCH,
    'capacity-undecided': LONGER_SEARCH,
    'capacity-high-passed': `nothing: the load line is higher than a first look searches; ${OWN_SCENARIO}`,
    'capacity-low-failed': `see in the report what became of the calls; ${FASTER_TOOL}`,
    'capacity-generator': LOWER_RATE,
    'generator-saturated': LOWER_RATE,
    'generator-cpu': LOWER_RATE,
    'schedule-lag': LOWER_RATE,
    'arrival-process': LOWER_RATE,
    'achieved-below-offered': LOWER_RATE,
    'over-self-capacity': LOWER_RATE,
    'not-stationary': LONGER_PHASES,
    'no-samples': FASTER_TOOL,
    'older-revision': 'nothing: the calls are made in that revision',
    'deadline-too-short': `expect calls to miss it, or ${FASTER_TOOL}`,
    'expectation-failed': 'expect the same during the first look, or name another tool with --tool',
  }),
);

/** A problem of a first look, with what its reader can do about it. */
export function inFirstLook<P extends { readonly code: string; readonly remedy: string }>(problem: P): P {
  const remedy = REMEDIES.get(problem.code);
  return remedy === undefined || problem.remedy.startsWith('nothing') ? problem : { ...problem, remedy };
}
