/** Which placeholder may stand where. */
import type { Path } from '../../catalog/index.js';
import { placeOf, pathText, type TreeNode } from '../source-tree.js';
import { placeholdersIn, within, type Placeholder } from '../placeholders.js';
import { type Problem, suggestion } from '../../problem/index.js';
import type { CheckContext } from './context.js';

type Kind = Placeholder['kind'];

interface Allowed {
  readonly kinds: readonly Kind[];
  /** Services that are up when this text is filled in; null for all. */
  readonly before: string | null;
  readonly call: number | null;
}

const NOTHING: Allowed = { kinds: [], before: null, call: null };

/** Placeholders of the resolved tree in places where they would not be filled in, or that name what is not there. */
export function checkPlaceholders(context: CheckContext, problems: Problem[]): void {
  visit(context.tree, [], (text, node, path) => {
    for (const { from, to, placeholder } of placeholdersIn(text)) {
      if (placeholder.kind === 'unknown') continue; // complained about when the environment was filled in
      const wrong = judged(placeholder, allowedAt(path), context);
      if (wrong === null) continue;
      problems.push({
        code: wrong.code,
        what: `${pathText(path)}: ${wrong.what}`,
        where: placeOf(within(node.span, text.slice(from, to))),
        remedy: wrong.remedy,
      });
    }
  });
}

function visit(node: TreeNode, path: Path, look: (text: string, node: TreeNode, path: Path) => void): void {
  if (node.kind === 'map') for (const [key, entry] of node.entries) visit(entry.value, [...path, key], look);
  else if (node.kind === 'list') node.items.forEach((item, index) => visit(item, [...path, index], look));
  else if (typeof node.value === 'string') look(node.value, node, path);
}

function allowedAt(path: Path): Allowed {
  const [first, second, third, fourth] = path;
  if (first === 'stack' && second === 'services' && typeof third === 'string') {
    if (fourth === 'command' || fourth === 'environment')
      return { kinds: ['port', 'service', 'secret'], before: third, call: null };
    if (fourth === 'url') return { kinds: ['service', 'secret'], before: third, call: null };
  }
  if (first === 'stack' && second === 'target' && (third === 'command' || third === 'environment' || third === 'url'))
    return { kinds: ['service', 'secret'], before: null, call: null };
  if (first === 'protocol' && second === 'headers') return { kinds: ['service', 'secret'], before: null, call: null };
  if (first === 'calls' && typeof second === 'number' && third === 'expect')
    return { kinds: ['argument'], before: null, call: second };
  return NOTHING;
}

const HOMES: Readonly<Record<Exclude<Kind, 'unknown' | 'env'>, string>> = {
  port: 'the command and environment of a service',
  service: 'commands, environments, URLs and headers',
  secret: 'headers, commands, environments and URLs',
  argument: 'expectations',
};

function judged(
  placeholder: Placeholder,
  allowed: Allowed,
  context: CheckContext,
): { code: string; what: string; remedy: string } | null {
  if (placeholder.kind === 'unknown' || placeholder.kind === 'env') return null;
  if (!allowed.kinds.includes(placeholder.kind)) {
    const shown = { port: 'port', service: 'service.NAME...', secret: 'secret.NAME', argument: 'arguments.NAME' }[
      placeholder.kind
    ];
    return {
      code: 'misplaced-placeholder',
      what: `\${${shown}} is not filled in here`,
      remedy: `it may stand in ${HOMES[placeholder.kind]}; a plain "\${" is written "$\${"`,
    };
  }
  if (placeholder.kind === 'service') {
    const names = [...context.services.keys()];
    const known = allowed.before === null ? names : names.slice(0, names.indexOf(allowed.before));
    if (known.includes(placeholder.service)) return null;
    return names.includes(placeholder.service)
      ? {
          code: 'service-order',
          what: `service "${placeholder.service}" is not up yet when this is filled in`,
          remedy: 'services start in the order they are written: write it above',
        }
      : {
          code: 'unknown-service',
          what: `there is no service "${placeholder.service}"`,
          remedy: suggestion(placeholder.service, names, 'services'),
        };
  }
  if (placeholder.kind === 'argument' && allowed.call !== null) {
    const call = context.calls[allowed.call];
    const names = Object.keys(call?.arguments ?? {});
    if (call === null || call === undefined || names.includes(placeholder.name)) return null;
    return {
      code: 'unknown-argument',
      what: `the call has no argument "${placeholder.name}"`,
      remedy: suggestion(placeholder.name, names, 'arguments'),
    };
  }
  return null;
}
