/** Reading a scenario: files, profile, `--set`, environment, grammar, checks, defaults, in this order; the digest. */
import { isMap } from '../catalog/index.js';
import { canonicalJson } from '../protocol/index.js';
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { ProblemError, type Problem } from '../problem/index.js';
import { chosenArm, separated, type DeclaredArm, type Separated } from './arms.js';
import { assigned } from './assign.js';
import { buildScenario } from './build.js';
import { checked } from './checks/index.js';
import { withExactIntegers } from './exact-integers.js';
import { fileSource, placed, textSource, treeOf } from './files.js';
import { DocumentText } from './grammar/document.js';
import { problemsFrom } from './grammar/issues.js';
import { assignmentWithoutSecrets, textsOf } from './named-secrets.js';
import { withEnvironment, withSecretsInCalls, type Environment } from './placeholders.js';
import { inOrder, placeKey } from './problem-order.js';
import { profilesOf, withProfile, without } from './profiles.js';
import { withRecordings } from './recordings.js';
import { secretsIn, secretsNamedIn, textsIn } from './secrets.js';
import { placeOf, valueOf, type Entry, type MapNode, type Source, type Span } from './tree.js';
import type { JsonValue, Scenario } from './types.js';

export interface ReadOptions {
  /** One of the file's `profiles`. */
  readonly profile?: string;
  /** One of the file's `arms`; needed where it has any. */
  readonly arm?: string;
  /** Assignments, `path.to.key=value`, made in this order after the profile. */
  readonly set?: readonly string[];
  /** Where `${env.NAME}` and `${secret.NAME}` look (default: the environment of this process). */
  readonly environment?: Environment;
  /** Replaces the scenario's seed. */
  readonly seed?: number;
  /**
   * Accept secrets that are not set (default: no), so that a scenario can still be looked at: to explain it, or to
   * analyse a run made elsewhere.
   */
  readonly secretsMayBeMissing?: boolean;
  /** Fill in the secrets of arguments and expectations (default: no): what is read so must not be written anywhere. */
  readonly revealInCalls?: boolean;
}

export interface ReadScenario {
  readonly scenario: Scenario;
  /** As it was given. */
  readonly file: string;
  /**
   * The document after extends, profile, set and environment, in the scenario language; secrets stay `${secret.NAME}`.
   * Read again from any folder of this machine it gives the same scenario and the same digest.
   */
  readonly resolvedText: string;
  /**
   * SHA-256 of the resolved document's canonical JSON without its seed, hexadecimal: layout, comments, order, and which
   * arrivals and arguments are drawn do not matter.
   */
  readonly digest: string;
  /** What is suspicious without being wrong. */
  readonly warnings: readonly Problem[];
  /** Variables of the environment that its arm sets; none without arms. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Reads a scenario file.
 * @param file path, relative to the working folder of this process or absolute.
 * @throws ProblemError (`bad-input`) with all problems at once, each with file, line, column and a remedy.
 */
export function readScenario(file: string, options: ReadOptions = {}): ReadScenario {
  return resolved(fileSource(file), options);
}

/**
 * Reads a scenario from a text, such as the `scenario.resolved.yaml` of a run record.
 * @param name stands for the file in problems; `extends` and working folders count from its folder.
 * @throws ProblemError as `readScenario`.
 */
export function scenarioFromText(text: string, name: string, options: ReadOptions = {}): ReadScenario {
  return resolved(textSource(name, text), options);
}

/**
 * The calls of a scenario as they are sent: with the secrets of their arguments and expectations filled in. Not to be
 * written anywhere.
 */
export function revealedCalls(read: ReadScenario, environment: Environment): Scenario['calls'] {
  const { calls } = read.scenario;
  if (!textsIn(calls).some((text) => secretsIn(text).length > 0)) return calls;
  return scenarioFromText(read.resolvedText, read.file, { environment, revealInCalls: true }).scenario.calls;
}

/** An arm of an experiment. */
export interface ArmScenario {
  readonly name: string;
  readonly description: string | null;
  /** The arm as a scenario of its own, with another seed if one is given. @throws ProblemError as `readScenario`. */
  read(seed?: number): ReadScenario;
}

export interface ExperimentScenario {
  /** Of the scenario. */
  readonly name: string;
  /** As it was given. */
  readonly file: string;
  /** In the order of the file; two or more. */
  readonly arms: readonly ArmScenario[];
  readonly reference: string;
  /** Trials of each arm. */
  readonly pairs: number;
  readonly coolDownNs: number;
  readonly seed: number;
  /** SHA-256 of the scenario without its arms and trials, as `ReadScenario.digest`. */
  readonly digest: string;
  readonly warnings: readonly Problem[];
}

/**
 * Reads a scenario file with arms: every arm is read once, so that all are known to be right.
 * @returns null for a file without arms.
 * @throws ProblemError (`bad-input`) with the problems of all arms, or when two arms do not differ.
 */
export function readExperimentScenario(file: string, options: ReadOptions = {}): ExperimentScenario | null {
  const document = openDocument(fileSource(file), options);
  const { experiment } = document;
  if (experiment === null) return null;
  const problems: Problem[] = [];
  const arms = experiment.arms.map((arm) => {
    const read = (seed?: number): ReadScenario =>
      readArm(document, arm, { ...options, ...(seed === undefined ? {} : { seed }) });
    try {
      return { arm, read, first: read() };
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
      problems.push(...thrown.problems.map((problem) => ({ ...problem, what: `in arm ${arm.name}: ${problem.what}` })));
      return { arm, read, first: null };
    }
  });
  const alike = alikeArms(arms.flatMap(({ arm, first }) => (first === null ? [] : [{ name: arm.name, read: first }])));
  if (alike !== null) problems.push(alike);
  const [some] = arms.flatMap(({ first }) => (first === null ? [] : [first]));
  if (problems.length > 0 || some === undefined) throw new ProblemError('bad-input', problems);
  return {
    name: some.scenario.name,
    file: document.source.file,
    arms: arms.map(({ arm: { name, description }, read }) => ({ name, description, read })),
    ...{ reference: experiment.reference, pairs: experiment.pairs, coolDownNs: experiment.coolDownNs },
    seed: some.scenario.seed,
    digest: digestOf(valueOf(filledIn(document.common, options.environment ?? process.env, []))),
    warnings: inOrder(
      arms.flatMap(({ first }) => first?.warnings ?? []),
      document.source.file,
    ),
  };
}

/** A comparison of a target with itself says nothing about a change. */
function alikeArms(arms: readonly { readonly name: string; readonly read: ReadScenario }[]): Problem | null {
  for (const [index, { name, read }] of arms.entries()) {
    const other = arms.slice(0, index).find((each) => each.read.digest === read.digest);
    if (other !== undefined)
      return {
        code: 'arms-alike',
        what: `the arms ${other.name} and ${name} do not differ in anything`,
        remedy: 'name in "stack", "protocol" or "environment" of the arm what changes',
      };
  }
  return null;
}

/** A file after extends, profile and `--set`, with its arms apart. */
interface OpenDocument extends Separated {
  readonly source: Source;
  readonly base: MapNode;
  readonly profiles: ReadonlyMap<string, MapNode>;
}

function openDocument(given: Source, options: ReadOptions): OpenDocument {
  const whole = treeOf(given);
  const source = placed(whole, given);
  const profiles = profilesOf(whole);
  const base = without(whole, 'profiles');
  const changed = withSets(
    withProfile(base, profiles, options.profile, source, whole.entries.get('profiles')?.keySpan),
    options,
    source,
  );
  return { source, profiles, base, ...separated(changed, source) };
}

function resolved(given: Source, options: ReadOptions): ReadScenario {
  const document = openDocument(given, options);
  return readArm(document, chosenArm(document, options.arm, document.source.file), options);
}

function readArm(document: OpenDocument, arm: DeclaredArm | null, options: ReadOptions): ReadScenario {
  const { source, common, profiles, base } = document;
  const environment = { ...(options.environment ?? process.env), ...arm?.environment };
  const changed = withSeed(arm?.tree ?? common, options.seed, source);
  const read = validated(changed, { ...options, environment }, source);
  // What a profile does to an arm is found when both are chosen.
  const others = document.experiment === null && options.set === undefined ? [...profiles] : [];
  return {
    scenario: read.scenario,
    file: source.file,
    resolvedText: HEADER + stringify(read.document, RESOLVED_STYLE) + folderLine(read.scenario, source),
    digest: digestOf(read.document),
    environment: arm?.environment ?? {},
    warnings: [
      ...read.warnings,
      ...others
        .filter(([name]) => name !== options.profile)
        .flatMap(([name, profile]) => brokenProfile(base, name, profile, environment, source)),
    ],
  };
}

/** Without the seed: runs with other arrivals and arguments are trials of the same scenario. */
function digestOf(document: JsonValue): string {
  const unseeded = isMap(document) ? { ...document, seed: null } : document;
  return createHash('sha256').update(canonicalJson(unseeded)).digest('hex');
}

const RESOLVED_STYLE = { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2', schema: 'core' } as const;

const HEADER = `# A resolved scenario: after extends, profile, --set and environment. Secrets are named, not filled in.
# Relative working folders count from "folder", which is the original's and no part of the digest.
`;

/** Where the original stood, if a command of the scenario runs there. */
function folderLine({ stack: { services, target } }: Scenario, { folder }: Source): string {
  const needed = target.kind === 'stdio' || services.some(({ kind }) => kind === 'command');
  return needed ? `folder: ${JSON.stringify(folder)}\n` : '';
}

function validated(
  tree: MapNode,
  { environment, secretsMayBeMissing = false, revealInCalls = false }: ReadOptions & { environment: Environment },
  source: Source,
): { scenario: Scenario; document: JsonValue; warnings: readonly Problem[] } {
  const problems: Problem[] = [];
  const unset = new Set<Span>();
  const exact = withExactIntegers(filledIn(tree, environment, problems, unset), problems);
  const filled = revealInCalls ? withSecretsInCalls(exact, environment) : exact;
  const document = valueOf(filled);
  const parsed = DocumentText.safeParse(document);
  const { errors, warnings } = checked(filled, document, environment);
  const silent = new Set([...unset].map((span) => placeKey(placeOf(span))));
  const further = [...(parsed.success ? [] : problemsFrom(parsed.error.issues, filled)), ...errors];
  problems.push(...further.filter(({ where }) => where === undefined || !silent.has(placeKey(where))));
  const reported = secretsMayBeMissing ? problems.filter(({ code }) => code !== 'missing-secret') : problems;
  if (reported.length > 0 || !parsed.success) throw new ProblemError('bad-input', inOrder(reported, source.file));
  return { scenario: buildScenario(parsed.data, source.folder), document, warnings: inOrder(warnings, source.file) };
}

function filledIn(tree: MapNode, environment: Environment, problems: Problem[], unset = new Set<Span>()): MapNode {
  const secrets = secretsNamedIn(textsOf(tree), environment);
  return withRecordings(withEnvironment(tree, { environment, secrets, problems, unset }) as MapNode, problems);
}

function withSets(base: MapNode, options: ReadOptions, source: Source): MapNode {
  const { set = [], environment = process.env } = options;
  const problems: Problem[] = [];
  const secrets = secretsNamedIn([...textsOf(base), ...set], environment);
  let tree = base;
  set.forEach((assignment, index) => {
    const each = assignmentWithoutSecrets(assignment, index + 1, secrets, problems);
    tree = assigned(tree, each, index + 1, source.folder, problems) ?? tree;
  });
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return tree;
}

function withSeed(tree: MapNode, seed: number | undefined, source: Source): MapNode {
  if (seed === undefined) return tree;
  const text = String(seed);
  const span = { source: { file: '--seed', folder: source.folder, text, firstLine: 1 }, from: 0, to: text.length };
  const entry: Entry = { keySpan: span, value: { kind: 'scalar', value: seed, span } };
  return { ...tree, entries: new Map(tree.entries).set('seed', entry) };
}

/** What would be wrong with a profile that was not chosen: a warning, before the profile is needed. */
function brokenProfile(base: MapNode, name: string, profile: MapNode, environment: Environment, source: Source) {
  try {
    const options = { environment, secretsMayBeMissing: true };
    validated(withProfile(base, new Map([[name, profile]]), name, source), options, source);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems
      .filter(({ code }) => code !== 'missing-environment')
      .map((problem) => ({ ...problem, what: `with --profile ${name}: ${problem.what}` }));
  }
}
