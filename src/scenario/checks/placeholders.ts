/** Which placeholder may stand where. */
import { callSpecOf, operationOf, problemOf, unknownName, type TextProblem, type Path } from '../../catalog/index.js';
import { nodeAt, placeOf, pathText, type TreeNode } from '../tree.js';
import { placeholdersIn, variableOf, within, type Placeholder } from '../placeholders.js';
import { SHORTEST_SECRET } from '../../secrets/index.js';
import { type Advice, type Problem, suggestion } from '../../problem/index.js';
import type { CheckContext } from './context.js';

type Kind = Placeholder['kind'];

interface Allowed {
  readonly kinds: readonly Kind[];
  /** Services that are up when this text is filled in; null for all. */
  readonly before: string | null;
  readonly call: number | null;
}

const allowed = (kinds: readonly Kind[], before: string | null = null, call: number | null = null): Allowed => ({
  kinds,
  before,
  call,
});

/** Placeholders of the resolved tree in places where they would not be filled in, or that name what is not there. */
export function checkPlaceholders(context: CheckContext, problems: Problem[], warnings: Problem[]): void {
  visit(context.tree, [], (text, node, path) => {
    for (const { from, to, placeholder } of placeholdersIn(text)) {
      if (placeholder.kind === 'unknown') continue; // complained about when the environment was filled in
      const where = placeOf(within(node.span, text.slice(from, to)));
      const wrong = judged(placeholder, allowedAt(path), context, isWritten(node, text.slice(from, to)));
      const short = placeholder.kind === 'secret' ? shortSecret(placeholder.name, context) : null;
      if (wrong !== null)
        problems.push({ code: wrong.code, what: `${pathText(path)}: ${wrong.what}`, where, remedy: wrong.remedy });
      else if (short !== null) warnings.push({ ...short, where });
    }
  });
}

/** Whether a placeholder stands in the source; else it was put in place of a value that came from outside. */
function isWritten({ span }: TreeNode, placeholder: string): boolean {
  return span.source.text.slice(span.from, span.to).includes(placeholder);
}

/** Whether the place where spans are received is filled in somewhere. */
export function namesSpans(tree: TreeNode): boolean {
  let found = false;
  visit(tree, [], (text) => {
    found ||= placeholdersIn(text).some(({ placeholder }) => placeholder.kind === 'spans');
  });
  return found;
}

/** Links whose address is filled in somewhere. */
export function linksNamed(tree: TreeNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(tree, [], (text) => {
    for (const { placeholder } of placeholdersIn(text)) if (placeholder.kind === 'link') names.add(placeholder.link);
  });
  return names;
}

/** A short secret is a word like any other: taking it out everywhere would take out our own words. */
function shortSecret(name: string, { environment }: CheckContext): Problem | null {
  const { length } = variableOf(environment, name) ?? '';
  if (length === 0 || length >= SHORTEST_SECRET) return null;
  return {
    code: 'short-secret',
    what: `the secret ${name} has fewer than ${SHORTEST_SECRET} characters, and is redacted as a whole word only`,
    remedy: `use a secret of ${SHORTEST_SECRET} characters or more`,
  };
}

function visit(node: TreeNode, path: Path, look: (text: string, node: TreeNode, path: Path) => void): void {
  if (node.kind === 'map') for (const [key, entry] of node.entries) visit(entry.value, [...path, key], look);
  else if (node.kind === 'list') node.items.forEach((item, index) => visit(item, [...path, index], look));
  else if (typeof node.value === 'string') look(node.value, node, path);
}

function allowedAt(path: Path): Allowed {
  const [first, second, third, fourth] = path;
  const addresses = ['service', 'link', 'secret'] as const;
  const isCommand = (key: unknown): boolean => key === 'command' || key === 'environment';
  if (first === 'stack' && second === 'services' && typeof third === 'string') {
    if (isCommand(fourth) || fourth === 'files' || fourth === 'after-ready')
      return allowed(['port', 'files', 'spans', ...addresses], third);
    if (fourth === 'metrics') return allowed(['port', ...addresses], third);
    if (fourth === 'url' || fourth === 'resources') return allowed(addresses, third);
  }
  if (first === 'stack' && second === 'target' && isCommand(third)) return allowed(['spans', ...addresses]);
  if (first === 'stack' && second === 'target' && third === 'url') return allowed(addresses);
  if (first === 'protocol' && second === 'headers') return allowed(addresses);
  if (first === 'calls' && typeof second === 'number') {
    if (third === 'expect') return allowed(['argument', 'secret'], null, second);
    if (third === 'arguments') return allowed(['secret']);
  }
  return allowed([]);
}

const OF_A_SERVICE = 'the command, environment, files and steps of a service';
const ADDRESS_HOME = 'commands, environments, files, steps, URLs and headers';

/** How each is written, and where it is filled in. */
const PLACES = {
  port: { shown: 'port', home: OF_A_SERVICE },
  files: { shown: 'files', home: OF_A_SERVICE },
  service: { shown: 'service.NAME...', home: ADDRESS_HOME },
  link: { shown: 'link.NAME...', home: ADDRESS_HOME },
  spans: { shown: 'spans.url', home: 'commands, environments, files and steps' },
  secret: {
    shown: 'secret.NAME',
    home: 'headers, commands, environments, files, steps, URLs, and arguments and expectations of calls',
  },
  argument: { shown: 'arguments.NAME', home: 'expectations' },
} as const satisfies Readonly<Record<Exclude<Kind, 'unknown' | 'env'>, { shown: string; home: string }>>;

function judged(
  placeholder: Placeholder,
  { kinds, before, call: index }: Allowed,
  context: CheckContext,
  isWrittenSo: boolean,
): TextProblem | null {
  if (placeholder.kind === 'unknown' || placeholder.kind === 'env') return null;
  if (!kinds.includes(placeholder.kind)) {
    if (placeholder.kind === 'secret' && !isWrittenSo)
      return problemOf(
        'secret-in-value',
        `this holds the secret ${placeholder.name}, and would be written down`,
        `a secret may stand in ${PLACES.secret.home}; write another value here`,
      );
    const { shown, home } = PLACES[placeholder.kind];
    const remedy = `it may stand in ${home}; a plain "\${" is written "$\${"`;
    return problemOf('misplaced-placeholder', `\${${shown}} is not filled in here`, remedy);
  }
  if (placeholder.kind === 'service') {
    const { service } = placeholder;
    const names = [...context.services.keys()];
    const known = before === null ? names : names.slice(0, names.indexOf(before));
    if (known.includes(service)) return null;
    return names.includes(service)
      ? { code: 'service-order', ...notUpYet(service, 'this is filled in') }
      : { code: 'unknown-service', ...unknownName('service', service, names) };
  }
  if (placeholder.kind === 'link') {
    const to = context.links.get(placeholder.link)?.to;
    if (!context.links.has(placeholder.link))
      return { code: 'unknown-link', ...unknownName('link', placeholder.link, context.links.keys()) };
    const names = [...context.services.keys()];
    if (to === undefined || before === null || names.slice(0, names.indexOf(before)).includes(to)) return null;
    // What stands behind no service is complained about where the link is.
    return names.includes(to) ? { code: 'service-order', ...notUpYet(to, 'this is filled in') } : null;
  }
  if (placeholder.kind === 'spans' && nodeAt(context.tree, ['stack', 'spans']) === null) {
    const remedy = 'add "spans: {}" to the stack';
    return problemOf('no-spans', 'no spans are received, so there is no address of it', remedy);
  }
  if (placeholder.kind === 'argument' && index !== null) {
    const call = context.calls[index];
    if (call === null || call === undefined) return null;
    const spec = callSpecOf(call);
    const names = Object.keys(operationOf(spec).arguments(spec) ?? {});
    if (names.includes(placeholder.name)) return null;
    const remedy = suggestion(placeholder.name, names, 'arguments');
    return problemOf('unknown-argument', `the call has no argument "${placeholder.name}"`, remedy);
  }
  return null;
}

/** What to say of a service that is named above its place. */
export function notUpYet(service: string, when: string): Advice {
  return {
    what: `service "${service}" is not up yet when ${when}`,
    remedy: 'services start in the order they are written: write it above',
  };
}
