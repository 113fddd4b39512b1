/** `arms`, `reference` and `trials` of a file: variants of one scenario that are run in turn and compared. */
import { unknownName } from '../catalog/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import { rebased } from './files.js';
import { EXPERIMENT_KEYS, ExperimentText } from './grammar/document.js';
import { problemsFrom } from './grammar/issues.js';
import { overlaid } from './merge.js';
import { nodeAt, placeOf, problemAt, spanAt, valueOf, type Entry, type MapNode, type Source } from './tree.js';

const DEFAULT_PAIRS = 10;
const DEFAULT_COOL_DOWN_NS = 2e9;
/** Keys of an arm that are laid over those of the scenario. */
const CHANGED_KEYS = ['stack', 'protocol'] as const;

/** An arm as it is written. */
export interface DeclaredArm {
  readonly name: string;
  readonly description: string | null;
  /** Variables of the environment that this arm has, or has otherwise. */
  readonly environment: Readonly<Record<string, string>>;
  /** The scenario in this arm, before its environment is filled in. */
  readonly tree: MapNode;
}

export interface DeclaredExperiment {
  readonly arms: readonly DeclaredArm[];
  readonly reference: string;
  readonly pairs: number;
  readonly coolDownNs: number;
}

export interface Separated {
  /** Without the keys of an experiment. */
  readonly common: MapNode;
  /** Null for a file without arms. */
  readonly experiment: DeclaredExperiment | null;
}

/**
 * Separates a file's experiment from its scenario.
 * @throws ProblemError with everything that is wrong with the arms as such; what their changes lead to is found when
 *   the arm is read.
 */
export function separated(tree: MapNode, source: Source): Separated {
  const own = new Map<string, Entry>();
  const common = new Map<string, Entry>();
  const keys: readonly string[] = EXPERIMENT_KEYS;
  for (const [key, entry] of tree.entries) (keys.includes(key) ? own : common).set(key, entry);
  const scenario: MapNode = { ...tree, entries: common };
  if (own.size === 0) return { common: scenario, experiment: null };
  const written: MapNode = { ...tree, entries: own };
  const parsed = ExperimentText.safeParse(valueOf(written));
  if (!parsed.success) throw new ProblemError('bad-input', problemsFrom(parsed.error.issues, written));
  const { arms, reference, trials } = parsed.data;
  const names = Object.keys(arms);
  if (reference !== undefined && !names.includes(reference)) {
    const advice = unknownName('arm', reference, names, 'arms');
    throw new ProblemError('bad-input', problemAt(spanAt(written, ['reference'], 'value'), 'unknown-arm', advice));
  }
  const problems: Problem[] = [];
  const experiment: DeclaredExperiment = {
    arms: names.map((name) => ({
      name,
      description: arms[name]?.description ?? null,
      environment: arms[name]?.environment ?? {},
      tree: changedBy(scenario, nodeAt(written, ['arms', name]), source, problems),
    })),
    reference: reference ?? names[0] ?? '',
    pairs: trials?.pairs ?? DEFAULT_PAIRS,
    coolDownNs: trials?.['cool-down'] ?? DEFAULT_COOL_DOWN_NS,
  };
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return { common: scenario, experiment };
}

function changedBy(scenario: MapNode, arm: ReturnType<typeof nodeAt>, source: Source, problems: Problem[]): MapNode {
  if (arm?.kind !== 'map') return scenario;
  const changes = new Map([...arm.entries].filter(([key]) => (CHANGED_KEYS as readonly string[]).includes(key)));
  const overlay = rebased({ ...arm, entries: changes }, source.folder);
  return { ...overlaid(scenario, overlay, problems), span: scenario.span };
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
