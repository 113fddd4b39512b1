/** Arms that are given beside the file (`--arm NAME=WHAT`), as if they were written in it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { problemOf } from '../catalog/index.js';
import { suggestion, type Problem } from '../problem/index.js';
import { problemAt, type Entry, type MapNode, type Source, type Span } from './tree.js';

/** An arm that is given beside the file. */
export interface GivenArm {
  /** The option that gives it: `--candidate`. */
  readonly option: string;
  readonly name: string;
  /** `git:REF`, a scenario file whose stack it takes, or a profile. */
  readonly what: string;
}

const GIT = 'git:';

/**
 * What the given arms would be in the file: laid over its arms, so that one of the same name keeps what else it says.
 * Reports what is none of the three.
 */
export function givenArms(
  given: readonly GivenArm[],
  profiles: ReadonlySet<string>,
  folder: string,
  problems: Problem[],
): MapNode {
  const entries = new Map<string, Entry>();
  given.forEach(({ option, name, what }, index) => {
    const text = option === '--arm' ? `${name}=${what}` : what;
    const source: Source = { file: option, folder, text, firstLine: index + 1 };
    const span: Span = { source, from: 0, to: text.length };
    const part = partOf(what, profiles, `${option} ${text}`);
    if ('code' in part) {
      problems.push(problemAt(span, part.code, part));
      return;
    }
    if (entries.has(name))
      problems.push(problemAt(span, 'arm-twice', { what: `the arm ${name} is given twice`, remedy: 'give it once' }));
    const value: MapNode = {
      kind: 'map',
      span,
      entries: new Map([[part.key, { keySpan: span, value: { kind: 'scalar', value: part.value, span } }]]),
    };
    entries.set(name, { keySpan: span, value });
  });
  const source: Source = { file: '--arm', folder, text: ' ', firstLine: 1 };
  return { kind: 'map', entries, span: { source, from: 0, to: 1 } };
}

function partOf(what: string, profiles: ReadonlySet<string>, whole: string) {
  if (what.startsWith(GIT) && what.length > GIT.length) return { key: 'git', value: what.slice(GIT.length) };
  if (profiles.has(what)) return { key: 'profile', value: what };
  // Paths of the command line count from the folder that it is called in.
  if (/\.(ya?ml|json)$/i.test(what) || existsSync(what)) return { key: 'stack-from', value: resolve(what) };
  const remedy = 'write git:REF, the name of a profile of this scenario, or the file of another scenario';
  const near = suggestion(what, [...profiles], 'profiles');
  return problemOf(
    'unknown-arm',
    `${whole}: this is neither a commit (git:REF), nor a profile, nor a file`,
    near.startsWith('did you mean') ? near : remedy,
  );
}
