/** Reading a scenario: files, profile, `--set`, environment, grammar, checks, defaults, in this order; the digest. */
import { isMap } from '../catalog/index.js';
import { canonicalJson } from '../protocol/index.js';
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { ProblemError, type Problem } from '../problem/index.js';
import { chosenArm, separated, type DeclaredArm, type Given, type Separated } from './arms.js';
import { assigned, flagAssigned, type AssigningFlag } from './assign.js';
import { buildScenario } from './build.js';
import { checked } from './checks/index.js';
import { withEveryReplica } from './every-replica.js';
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
  /** Arms beside those of the file, and the reference among all. */
  readonly given?: Given;
  /** Folder that working folders count from, in place of that of the file: the worktree of an arm. */
  readonly folder?: string;
  /** Assignments, `path.to.key=value`, made in this order after the profile. */
  readonly set?: readonly string[];
  /** Flags that stand for an assignment, made behind those of `set`. */
  readonly flags?: readonly AssigningFlag[];
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
  /** Of an arm that runs in the worktree of a commit; null for one that does not, and without arms. */
  readonly git: GitArm | null;
}

/** What an arm runs in: a worktree of a commit. */
export interface GitArm {
  /** The commit, by a name of git. */
  readonly ref: string;
  /** Command that makes the worktree ready; null where nothing has to be done. */
  readonly prepare: string | null;
  /** Folder that working folders of the scenario count from, absolute: the repository is the one around it. */
  readonly folder: string;
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

/** A file after extends, profile and `--set`, with its arms apart. */
export interface OpenDocument extends Separated {
  readonly source: Source;
  readonly base: MapNode;
  readonly profiles: ReadonlyMap<string, MapNode>;
}

export function openDocument(given: Source, options: ReadOptions): OpenDocument {
  const whole = treeOf(given);
  const source = placed(whole, given);
  const profiles = profilesOf(whole);
  const base = without(whole, 'profiles');
  const changed = withSets(
    withProfile(base, profiles, options.profile, source, whole.entries.get('profiles')?.keySpan),
    options,
    source,
  );
  return { source, profiles, base, ...separated(changed, source, profiles, options.given) };
}

function resolved(given: Source, options: ReadOptions): ReadScenario {
  const document = openDocument(given, options);
  return readArm(document, chosenArm(document, options.arm, document.source.file), options);
}

export function readArm(document: OpenDocument, arm: DeclaredArm | null, options: ReadOptions): ReadScenario {
  const { source, common, profiles, base } = document;
  const environment = { ...(options.environment ?? process.env), ...arm?.environment };
  const changed = withSeed(arm?.tree ?? common, options.seed, source);
  const read = validated(changed, { ...options, environment }, source);
  // What a profile does to an arm is found when both are chosen.
  const others = document.experiment === null && options.set === undefined ? [...profiles] : [];
  const { folder } = source;
  const ref = arm?.git ?? null;
  if (ref !== null) requireCommands(read.scenario, ref);
  return {
    scenario: read.scenario,
    file: source.file,
    resolvedText:
      HEADER + stringify(read.document, RESOLVED_STYLE) + folderLine(read.scenario, options.folder ?? folder),
    digest: digestOf(read.document),
    environment: arm?.environment ?? {},
    git: ref === null ? null : { ref, prepare: document.experiment?.prepare ?? null, folder },
    warnings: [
      ...read.warnings,
      ...others
        .filter(([name]) => name !== options.profile)
        .flatMap(([name, profile]) => brokenProfile(base, name, profile, environment, source)),
    ],
  };
}

/** Without the seed: runs with other arrivals and arguments are trials of the same scenario. */
export function digestOf(document: JsonValue): string {
  const unseeded = isMap(document) ? { ...document, seed: null } : document;
  return createHash('sha256').update(canonicalJson(unseeded)).digest('hex');
}

const RESOLVED_STYLE = { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2', schema: 'core' } as const;

const HEADER = `# A resolved scenario: after extends, profile, --set and environment. Secrets are named, not filled in.
# Relative working folders count from "folder", which is the original's and no part of the digest.
`;

/** Where the original stood, if a command of the scenario runs there. */
function folderLine(scenario: Scenario, folder: string): string {
  return runsCommands(scenario) ? `folder: ${JSON.stringify(folder)}\n` : '';
}

const runsCommands = ({ stack: { services, target } }: Scenario): boolean =>
  target.kind === 'stdio' || services.some(({ kind }) => kind === 'command');

/** Where nothing runs in its worktree, a commit changes nothing. */
function requireCommands(scenario: Scenario, ref: string): void {
  if (runsCommands(scenario)) return;
  throw new ProblemError('bad-input', {
    code: 'no-command',
    what: `nothing of the stack would run in the worktree of ${ref}: it has no service or target with a command`,
    remedy: 'let "command" of a service start the server out of the repository, e.g. command: [node, server.js]',
  });
}

function validated(
  tree: MapNode,
  options: ReadOptions & { environment: Environment },
  source: Source,
): { scenario: Scenario; document: JsonValue; warnings: readonly Problem[] } {
  const { environment, secretsMayBeMissing = false, revealInCalls = false, folder = source.folder } = options;
  const problems: Problem[] = [];
  const unset = new Set<Span>();
  const exact = withExactIntegers(withEveryReplica(filledIn(tree, environment, problems, unset)), problems);
  const filled = revealInCalls ? withSecretsInCalls(exact, environment) : exact;
  const document = valueOf(filled);
  const parsed = DocumentText.safeParse(document);
  const { errors, warnings } = checked(filled, document, environment);
  const silent = new Set([...unset].map((span) => placeKey(placeOf(span))));
  const further = [...(parsed.success ? [] : problemsFrom(parsed.error.issues, filled)), ...errors];
  problems.push(...further.filter(({ where }) => where === undefined || !silent.has(placeKey(where))));
  const reported = secretsMayBeMissing ? problems.filter(({ code }) => code !== 'missing-secret') : problems;
  if (reported.length > 0 || !parsed.success) throw new ProblemError('bad-input', inOrder(reported, source.file));
  return { scenario: buildScenario(parsed.data, folder), document, warnings: inOrder(warnings, source.file) };
}

export function filledIn(
  tree: MapNode,
  environment: Environment,
  problems: Problem[],
  unset = new Set<Span>(),
): MapNode {
  const secrets = secretsNamedIn(textsOf(tree), environment);
  return withRecordings(withEnvironment(tree, { environment, secrets, problems, unset }) as MapNode, problems);
}

function withSets(base: MapNode, options: ReadOptions, source: Source): MapNode {
  const { set = [], flags = [], environment = process.env } = options;
  const problems: Problem[] = [];
  const secrets = secretsNamedIn([...textsOf(base), ...set], environment);
  let tree = base;
  set.forEach((assignment, index) => {
    const each = assignmentWithoutSecrets(assignment, index + 1, secrets, problems);
    tree = assigned(tree, each, index + 1, source.folder, problems) ?? tree;
  });
  for (const flag of flags) tree = flagAssigned(tree, flag, source.folder, problems) ?? tree;
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
