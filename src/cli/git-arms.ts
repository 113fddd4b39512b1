/** Arms that run in the worktree of a commit: which commit that is, and a folder where it is ready to run. */
import { dirname, join, resolve, sep } from 'node:path';
import { commitOf, preparedCheckout, repositoryAround, type Commit, type Repository } from '../checkouts/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import { textsIn, type GitArm, type ReadScenario, type Scenario } from '../scenario/index.js';

/** An arm, as far as its commit goes. */
export interface CommittedArm {
  /** As in "arm candidate", for problems. */
  readonly name: string;
  readonly git: GitArm;
  readonly repository: Repository;
  readonly commit: Commit;
  /** Variables of the environment that it sets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How an arm was given: what its record says of it. */
export const gitOf = (arm: CommittedArm | undefined) =>
  arm === undefined ? null : { ref: arm.commit.ref, commit: arm.commit.id, prepare: arm.git.prepare };

/**
 * The commit of an arm that has one; null for any other. The repository is the one around the scenario, or else the one
 * around the folder in which the command was called. Rejects with a ProblemError (`bad-input`) where there is none, or
 * none such commit, or where the arm would run files of the working tree all the same.
 * @param read the arm, with working folders that count from another folder if one is given.
 */
export async function committed(name: string, read: (folder?: string) => ReadScenario): Promise<CommittedArm | null> {
  const { git, environment, file, scenario } = read();
  if (git === null) return null;
  const repository = await repositoryAround([git.folder, dirname(resolve(file)), process.cwd()]);
  const commit = await commitOf(repository, git.ref);
  const elsewhere = read(join(ELSEWHERE, repository.inside)).scenario;
  requireInside(name, repository, commandsOf(scenario), commandsOf(elsewhere));
  return { name, git, repository, commit, environment };
}

/** Stands for a worktree before there is one. */
const ELSEWHERE = resolve('/plimsoll-checkout');

function commandsOf({ stack: { services, target } }: Scenario) {
  const commands = services.flatMap((service) => (service.kind === 'command' ? [service] : []));
  return [...commands, ...(target.kind === 'stdio' ? [target] : [])];
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`);

/** A path that leads into the working tree would have each arm run the same files, whatever its commit. */
function requireInside(
  name: string,
  { root }: Repository,
  here: ReturnType<typeof commandsOf>,
  elsewhere: ReturnType<typeof commandsOf>,
): void {
  const refusal = (what: string): ProblemError =>
    new ProblemError('bad-input', {
      code: 'path-out-of-worktree',
      what: `arm ${name} is a commit, and ${what}`,
      remedy: `write paths relative to the working folder of the command, and keep that inside of ${root}`,
    });
  for (const [index, { command, environment, workingFolder }] of here.entries()) {
    const moved = elsewhere[index]?.workingFolder ?? '';
    const found = textsIn([command, environment]).find((text) => text === root || text.includes(`${root}${sep}`));
    if (found !== undefined) throw refusal(`"${found}" leads into the working tree of ${root} instead`);
    if (isIn(moved, ELSEWHERE)) continue;
    // The same from everywhere: an absolute path. Out of the repository it is something that all arms have in common.
    if (moved === workingFolder && !isIn(moved, root)) continue;
    throw refusal(`the working folder ${workingFolder} is not inside of its worktree`);
  }
}

/** Warnings about commits that may not be what was meant. */
export function commitWarnings(arms: readonly CommittedArm[]): readonly Problem[] {
  return arms
    .filter(({ commit }) => commit.leavesOutChanges)
    .map(({ name, repository, commit: { ref, id } }) => ({
      code: 'changes-left-out',
      what:
        `the working tree of ${repository.root} has changes that are not committed: arm ${name} is ${ref} ` +
        `(${shortId(id)}), without them`,
      remedy: 'commit them, or let an arm without "git" run the files as they are',
    }));
}

/** Two arms in the same commit, with nothing else that differs. */
export function requireDifferentCommits(
  arms: readonly { readonly name: string; readonly digest: string; readonly committed: CommittedArm | undefined }[],
): void {
  for (const [index, { name, digest, committed: own }] of arms.entries()) {
    const other = arms
      .slice(0, index)
      .find((each) => each.digest === digest && each.committed?.commit.id === own?.commit.id && own !== undefined);
    if (other === undefined || own === undefined) continue;
    const { ref, id } = own.commit;
    const refs = [other.committed?.commit.ref ?? '', ref].join(' and ');
    throw new ProblemError('bad-input', {
      code: 'arms-alike',
      what: `the arms ${other.name} and ${name} do not differ in anything: ${refs} are the same commit ${shortId(id)}`,
      remedy: 'name another commit for one of them',
    });
  }
}

export interface Preparation {
  readonly abort: AbortSignal;
  readonly onEmergency: (act: () => Promise<void>) => void;
  readonly step: (text: string) => void;
}

/**
 * The folder in which an arm runs: its worktree, ready, where it has a commit. Rejects with
 * a ProblemError (`preflight`)
 * that names the arm when it can't be made ready, and when `abort` is aborted.
 */
export async function folderOf(arm: CommittedArm, preparation: Preparation): Promise<string> {
  const { name, git, repository, commit, environment: own } = arm;
  try {
    const request = { repository, commit, prepare: git.prepare, own, environment: process.env, ...preparation };
    return (await preparedCheckout(request)).folder;
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    const inArm = thrown.problems.map((problem) => ({ ...problem, what: `arm ${name}: ${problem.what}` }));
    throw new ProblemError(thrown.kind, inArm);
  }
}

export const shortId = (id: string): string => id.slice(0, 12);
