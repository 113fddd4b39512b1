/** Profiles: named changes of a document, of which one may be chosen. */
import { unknownName } from '../catalog/index.js';
import { ProblemError, suggestion, type Problem } from '../problem/index.js';
import { PROFILE_KEYS } from './grammar/document.js';
import { overlaid } from './merge.js';
import { pathText, placeOf, problemAt, type MapNode, type Source, type Span } from './tree.js';

/** The document without one of its keys. */
export function without(tree: MapNode, key: string): MapNode {
  const entries = new Map(tree.entries);
  entries.delete(key);
  return { ...tree, entries };
}

/** @throws ProblemError (`bad-input`) with all that is wrong with the map of profiles. */
export function profilesOf(tree: MapNode): ReadonlyMap<string, MapNode> {
  const node = tree.entries.get('profiles')?.value;
  if (node === undefined) return new Map();
  const problems: Problem[] = [];
  const report = (span: Span, code: string, what: string, remedy: string): void =>
    void problems.push(problemAt(span, code, { what, remedy }));
  const profiles = new Map<string, MapNode>();
  if (node.kind !== 'map')
    report(node.span, 'wrong-type', 'profiles: expected a map of profiles', 'write "profiles: { ci: { ... } }"');
  for (const [name, { value, keySpan }] of node.kind === 'map' ? node.entries : []) {
    if (value.kind !== 'map') {
      const what = `profiles.${name}: expected a map of changes`;
      report(keySpan, 'wrong-type', what, `write the keys that change under ${name}`);
      continue;
    }
    for (const [key, entry] of value.entries) {
      if (PROFILE_KEYS.includes(key)) continue;
      const what = `profiles.${pathText([name])}: unknown key "${key}"`;
      report(entry.keySpan, 'unknown-key', what, suggestion(key, PROFILE_KEYS, 'keys of a profile'));
    }
    profiles.set(name, value);
  }
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return profiles;
}

/**
 * The document changed by a profile; as it is where no name is given.
 * @throws ProblemError (`bad-input`) for a name that is not there, and for a change that does not fit.
 */
export function withProfile(
  base: MapNode,
  profiles: ReadonlyMap<string, MapNode>,
  name: string | undefined,
  source: Source,
  profilesAt: Span = { source, from: 0, to: 1 },
): MapNode {
  if (name === undefined) return base;
  const profile = profiles.get(name);
  if (profile === undefined) {
    const unknown = unknownName('profile', name, profiles.keys(), `profiles in ${source.file}`);
    throw new ProblemError('bad-input', { code: 'unknown-profile', ...unknown, where: placeOf(profilesAt) });
  }
  const problems: Problem[] = [];
  const tree = overlaid(base, profile, problems);
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
  return { ...tree, span: base.span };
}
