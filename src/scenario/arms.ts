/** `arms`, `reference` and `trials` of a file: variants of one scenario that are run in turn and compared. */
import { unknownName } from '../catalog/index.js';
import { isAbsolute, join } from 'node:path';
import { ProblemError, type Problem } from '../problem/index.js';
import { fileSource, rebased, treeOf } from './files.js';
import { givenArms, type GivenArm } from './given-arms.js';
import { EXPERIMENT_KEYS, ExperimentText } from './grammar/document.js';
import { problemsFrom } from './grammar/issues.js';
import { overlaid } from './merge.js';
import { nodeAt, placeOf, problemAt, spanAt, valueOf, type Entry, type MapNode, type Source } from './tree.js';

const DEFAULT_TRIALS: DeclaredTrials = { pairs: 10, coolDownNs: 2e9 };
/** Keys of an arm that are laid over those of the scenario. */
const CHANGED_KEYS = ['stack', 'protocol'] as const;

/** An arm as it is written. */
export interface DeclaredArm {
  readonly name: string;
  readonly description: string | null;
  /** Variables of the environment that this arm has, or has otherwise. */
  readonly environment: Readonly<Record<string, string>>;
  /** The commit whose worktree its commands run in, by a name of git; null where they run in the files as they are. */
  readonly git: string | null;
  /** The scenario in this arm, before its environment is filled in. */
  readonly tree: MapNode;
}

export interface DeclaredExperiment {
  readonly arms: readonly DeclaredArm[];
  readonly reference: string;
  /** Command that makes a worktree ready; null where nothing has to be done. */
  readonly prepare: string | null;
}

/** How an experiment is to be run, whatever its arms are. */
export interface DeclaredTrials {
  /** Trials of each arm. */
  readonly pairs: number;
  readonly coolDownNs: number;
}

/** What is said of arms beside the file. */
export interface Given {
  readonly arms: readonly GivenArm[];
  /** Takes the place of the file's `reference`. */
  readonly reference: string | null;
}

export interface Separated {
  /** Without the keys of an experiment. */
  readonly common: MapNode;
  /** Null for a file without arms. */
  readonly experiment: DeclaredExperiment | null;
  readonly trials: DeclaredTrials;
}

/**
 * Separates a file's experiment from its scenario.
 * @throws ProblemError with everything that is wrong with the arms as such; what their changes lead to is found when
 *   the arm is read.
 */
export function separated(
  tree: MapNode,
  source: Source,
  profiles: ReadonlyMap<string, MapNode>,
  given: Given = { arms: [], reference: null },
): Separated {
  const own = new Map<string, Entry>();
  const common = new Map<string, Entry>();
  const keys: readonly string[] = EXPERIMENT_KEYS;
  for (const [key, entry] of tree.entries) (keys.includes(key) ? own : common).set(key, entry);
  const scenario: MapNode = { ...tree, entries: common };
  if (own.size === 0 && given.arms.length === 0) return { common: scenario, experiment: null, trials: DEFAULT_TRIALS };
  const written = withGiven({ ...tree, entries: own }, given, profiles, source);
  const parsed = ExperimentText.safeParse(valueOf(written));
  if (!parsed.success) throw new ProblemError('bad-input', problemsFrom(parsed.error.issues, written));
  const { arms, reference: named, trials: asked, prepare } = parsed.data;
  const trials = {
    pairs: asked?.pairs ?? DEFAULT_TRIALS.pairs,
    coolDownNs: asked?.['cool-down'] ?? DEFAULT_TRIALS.coolDownNs,
  };
  const reference = given.reference ?? named;
  const names = namesIn(written);
  if (reference !== undefined && !names.includes(reference)) {
    const advice = unknownName('arm', reference, names, 'arms');
    throw new ProblemError('bad-input', problemAt(spanAt(written, ['reference'], 'value'), 'unknown-arm', advice));
  }
  // How many trials, and how a worktree is made ready, can be written where the arms are given beside the file.
  if (arms === undefined) return { common: scenario, experiment: null, trials };
  const problems: Problem[] = [];
  const experiment: DeclaredExperiment = {
    arms: names.map((name) => ({
      name,
      description: arms[name]?.description ?? null,
      environment: arms[name]?.environment ?? {},
      git: arms[name]?.git ?? null,
      tree: changedBy(scenario, name, nodeAt(written, ['arms', name]), { source, profiles, problems }),
    })),
    reference: reference ?? names[0] ?? '',
    prepare: prepare ?? null,
  };
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return { common: scenario, experiment, trials };
}

/** As they are written: the keys of an object would give names that are numbers first, and by size. */
function namesIn(written: MapNode): readonly string[] {
  const arms = nodeAt(written, ['arms']);
  return arms?.kind === 'map' ? [...arms.entries.keys()] : [];
}

function withGiven(
  written: MapNode,
  { arms }: Given,
  profiles: ReadonlyMap<string, MapNode>,
  { folder }: Source,
): MapNode {
  if (arms.length === 0) return written;
  const problems: Problem[] = [];
  const added = givenArms(arms, new Set(profiles.keys()), folder, problems);
  const entry: Entry = { keySpan: added.span, value: added };
  const all = overlaid(written, { ...added, entries: new Map([['arms', entry]]) }, problems);
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return { ...all, span: written.span };
}

interface Surroundings {
  readonly source: Source;
  readonly profiles: ReadonlyMap<string, MapNode>;
  readonly problems: Problem[];
}

/**
 * The scenario in an arm: its profile laid over it, then another stack in its place,
 * then what the arm itself changes.
 */
function changedBy(
  scenario: MapNode,
  name: string,
  arm: ReturnType<typeof nodeAt>,
  { source, profiles, problems }: Surroundings,
): MapNode {
  if (arm?.kind !== 'map') return scenario;
  let tree = scenario;
  const profile = arm.entries.get('profile');
  if (profile !== undefined) tree = overlaid(tree, profileOf(name, profile, profiles, problems), problems);
  const other = arm.entries.get('stack-from');
  if (other !== undefined) tree = withStack(tree, other, source, problems);
  const changes = new Map([...arm.entries].filter(([key]) => (CHANGED_KEYS as readonly string[]).includes(key)));
  const overlay = rebased({ ...arm, entries: changes }, source.folder);
  return { ...overlaid(tree, overlay, problems), span: scenario.span };
}

/** What a profile changes, if that is something that arms may differ in. */
function profileOf(
  arm: string,
  { value }: Entry,
  profiles: ReadonlyMap<string, MapNode>,
  problems: Problem[],
): MapNode {
  const name = value.kind === 'scalar' ? String(value.value) : '';
  const profile = profiles.get(name);
  const nothing: MapNode = { kind: 'map', entries: new Map(), span: value.span };
  if (profile === undefined) {
    problems.push(problemAt(value.span, 'unknown-profile', unknownName('profile', name, profiles.keys())));
    return nothing;
  }
  const allowed: readonly string[] = [...CHANGED_KEYS, 'description'];
  const others = [...profile.entries.keys()].filter((key) => !allowed.includes(key));
  if (others.length > 0) {
    const what = `arm ${arm}: profile "${name}" changes ${others.join(', ')}, which all arms have in common`;
    const remedy = `apply it to all arms with --profile ${name}, or let a profile change the stack and protocol alone`;
    problems.push(problemAt(value.span, 'profile-of-an-arm', { what, remedy }));
    return nothing;
  }
  return { ...profile, entries: new Map([...profile.entries].filter(([key]) => key !== 'description')) };
}

/** The scenario with the stack of another file in place of its own. */
function withStack(tree: MapNode, { value }: Entry, source: Source, problems: Problem[]): MapNode {
  const given = value.kind === 'scalar' ? String(value.value) : '';
  const file = isAbsolute(given) ? given : join(value.span.source.folder, given);
  const other = treeOf(fileSource(file, placeOf(value.span)));
  const stack = other.entries.get('stack');
  if (stack === undefined) {
    const remedy = 'name a scenario that has one, with its keys "services" and "target"';
    problems.push(problemAt(value.span, 'no-stack', { what: `${file} has no stack`, remedy }));
    return tree;
  }
  const moved = rebased({ ...other, entries: new Map([['stack', stack]]) }, source.folder);
  const entry = moved.entries.get('stack') ?? stack;
  return { ...tree, entries: new Map(tree.entries).set('stack', entry) };
}

/**
 * The arm of that name.
 * @throws ProblemError when the file has no such arm, or arms of which none was chosen.
 */
export function chosenArm(
  { experiment, common }: Separated,
  name: string | undefined,
  file: string,
): DeclaredArm | null {
  if (experiment === null) {
    if (name === undefined) return null;
    throw new ProblemError('bad-input', {
      code: 'no-arms',
      what: `${file} has no arms, so that there is no arm "${name}"`,
      remedy: 'leave --arm out',
    });
  }
  const names = experiment.arms.map((arm) => arm.name);
  if (name === undefined)
    throw new ProblemError('bad-input', {
      code: 'arm-needed',
      what: `${file} is an experiment of ${names.length} arms (${names.join(', ')}); a run is of one`,
      where: placeOf(common.span),
      remedy: `run all of them with "plimsoll compare ${file}", or choose one with --arm ${names[0] ?? 'NAME'}`,
    });
  const arm = experiment.arms.find((each) => each.name === name);
  if (arm !== undefined) return arm;
  throw new ProblemError('bad-input', { code: 'unknown-arm', ...unknownName('arm', name, names, `arms of ${file}`) });
}
