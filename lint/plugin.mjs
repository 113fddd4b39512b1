/**
 * The project's own lint rules: rooms are entered through their index.ts and only by rooms that may, pure rooms have no
 * effects, one room knows the operating system, lines end within 120 columns, problems begin with a small letter and
 * end without a period. `test/structure` plants a violation of each and sees it reported.
 */
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { EFFECT_GLOBALS, EFFECT_PACKAGES, PURE_ROOMS, ROOMS } from './rooms.mjs';

const LONGEST_LINE = 120;

/** `src/load/engine/queue.ts` -> { room: 'load', inside: 'engine/queue.ts' }; null for a file of no room. */
function placeOf(root, file) {
  const [top, ...rest] = path.relative(root, file).split(path.sep);
  if (top === 'mock-servers') return { top, room: top, inside: rest.join('/') };
  if (top === 'src') return { top, room: rest[0], inside: rest.slice(1).join('/') };
  if (top === 'test') return { top, room: rest.length > 1 ? rest[0] : null, inside: rest.slice(1).join('/') };
  return null;
}

/** The file that a relative specifier names. */
function targetOf(file, specifier) {
  const target = path.resolve(path.dirname(file), specifier);
  for (const candidate of [target.replace(/\.js$/, '.ts'), target.replace(/\.mjs$/, '.mts')]) {
    if (existsSync(candidate)) return candidate;
  }
  return target.replace(/\.js$/, '.ts');
}

/** Calls `check` with each module specifier of the file: static, dynamic, re-exported and type imports. */
function eachSpecifier(check) {
  const visit = (node) => {
    if (node.source?.type === 'Literal' && typeof node.source.value === 'string') check(node.source, node.source.value);
  };
  return {
    ImportDeclaration: visit,
    ImportExpression: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    TSImportType(node) {
      const literal = node.source ?? node.argument?.literal;
      if (typeof literal?.value === 'string') check(literal, literal.value);
    },
  };
}

const door = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      door: 'The room "{{room}}" is entered through its index.ts only.',
      rooms: 'The room "{{from}}" may import only: {{allowed}}.',
      unknown: '"{{room}}" is not in the list of rooms (lint/rooms.mjs).',
      outside: '"{{specifier}}" is no part of the product: it may import from src and mock-servers.',
      hidden: 'Name the module in quotes: which room it belongs to is checked.',
    },
  },
  create(context) {
    const from = placeOf(context.cwd, context.filename);
    if (from === null) return {};
    const isProduct = from.top !== 'test';
    const visitors = eachSpecifier((node, specifier) => {
      if (!specifier.startsWith('.')) return;
      const to = placeOf(context.cwd, targetOf(context.filename, specifier));
      if (to === null || to.top === 'test') {
        if (isProduct) context.report({ node, messageId: 'outside', data: { specifier } });
        return;
      }
      if (to.room === from.room) return;
      if (!(to.room in ROOMS) && to.room !== 'cli') {
        context.report({ node, messageId: 'unknown', data: { room: to.room } });
        return;
      }
      if (to.inside !== 'index.ts') context.report({ node, messageId: 'door', data: { room: to.room } });
      if (!isProduct) return;
      const allowed = from.room === 'cli' ? Object.keys(ROOMS) : (ROOMS[from.room] ?? []);
      if (allowed.includes(to.room)) return;
      const data = { from: from.room, allowed: allowed.join(', ') || 'no other room' };
      context.report({ node, messageId: 'rooms', data });
    });
    return {
      ...visitors,
      ImportExpression(node) {
        if (isProduct && node.source.type !== 'Literal') context.report({ node, messageId: 'hidden' });
        visitors.ImportExpression(node);
      },
    };
  },
};

const pure = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      module: 'The room "{{room}}" is pure: it may not import {{name}}.',
      global: 'The room "{{room}}" is pure: it may not use {{name}}.',
    },
  },
  create(context) {
    const place = placeOf(context.cwd, context.filename);
    if (place?.top !== 'src' || !PURE_ROOMS.includes(place.room)) return {};
    const { room } = place;
    return {
      ...eachSpecifier((node, specifier) => {
        const name = specifier.replace(/^node:/, '');
        if (isBuiltin(specifier) || EFFECT_PACKAGES.includes(name))
          context.report({ node, messageId: 'module', data: { room, name } });
      }),
      'Program:exit'(program) {
        const scope = context.sourceCode.getScope(program);
        const builtIn = scope.variables.filter(({ defs }) => defs.length === 0).flatMap(({ references }) => references);
        for (const { identifier } of [...scope.through, ...builtIn]) {
          if (!EFFECT_GLOBALS.includes(identifier.name)) continue;
          context.report({ node: identifier, messageId: 'global', data: { room, name: identifier.name } });
        }
      },
      MemberExpression(node) {
        const { object, property } = node;
        const name = `${object.name ?? ''}.${property.name ?? ''}`;
        if (EFFECT_GLOBALS.includes(name)) context.report({ node, messageId: 'global', data: { room, name } });
      },
      // What is taken out of Math by other means than its name could be its chance.
      'Identifier[name="Math"]'(node) {
        const isMember = node.parent.type === 'MemberExpression' && !node.parent.computed;
        if (!isMember) context.report({ node, messageId: 'global', data: { room, name: 'Math' } });
      },
    };
  },
};

const lineLength = {
  meta: {
    type: 'layout',
    schema: [],
    messages: { long: `{{length}} characters: a line has at most ${LONGEST_LINE}.` },
  },
  create(context) {
    return {
      Program() {
        context.sourceCode.lines.forEach((text, index) => {
          const length = [...text].length;
          if (length <= LONGEST_LINE) return;
          const at = { line: index + 1, column: LONGEST_LINE };
          context.report({ loc: at, messageId: 'long', data: { length: String(length) } });
        });
      },
    };
  },
};

/** Files of Linux alone, programs that differ from system to system, and what names the system. */
const LINUX_FILE = /^\/(?:proc|sys)(?:\/|$)/;
const SYSTEM_PROGRAMS = ['ps', 'sysctl', 'lsof', 'setsid', 'taskset', 'ss', 'netstat'];
const STARTS = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'execa', 'execaSync'];

const platform = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      outside: '{{what}} is for the room "platform" alone: what another system offers instead is decided there.',
    },
  },
  create(context) {
    const place = placeOf(context.cwd, context.filename);
    if (place === null || place.top === 'test' || place.room === 'platform') return {};
    const report = (node, what) => context.report({ node, messageId: 'outside', data: { what } });
    const checkText = (node, text) => {
      if (typeof text === 'string' && LINUX_FILE.test(text)) report(node, text);
    };
    return {
      Literal: (node) => checkText(node, node.value),
      TemplateLiteral: (node) => checkText(node, node.quasis[0]?.value.cooked),
      MemberExpression({ object, property }) {
        if (object.name === 'process' && (property.name ?? property.value) === 'platform')
          report(property, 'process.platform');
      },
      CallExpression({ callee, arguments: [first] }) {
        const name = callee.name ?? callee.property?.name;
        if (STARTS.includes(name) && SYSTEM_PROGRAMS.includes(first?.value))
          report(first, `The program ${first.value}`);
      },
      'ImportDeclaration[source.value=/^(node:)?os$/] > ImportSpecifier[imported.name="platform"]': (node) =>
        report(node, 'os.platform'),
      'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="platform"]': (node) =>
        report(node, 'process.platform'),
    };
  },
};

/** Names that begin a text with a capital letter all the same. */
const NAMES = ['Docker', 'Kubernetes', 'Linux', 'Slurm', 'Toxiproxy'];
const CAPITALISED = /^([A-Z][a-z']*)(?=[ ,;:]|$)/;

/** Texts that an expression can begin with. */
function beginningsOf(node) {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [{ node, text: node.value }] : [];
    case 'TemplateLiteral': {
      const text = node.quasis[0].value.cooked;
      return text === '' ? beginningsOf(node.expressions[0]) : [{ node, text }];
    }
    case 'BinaryExpression':
      return beginningsOf(node.left);
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].flatMap(beginningsOf);
    case 'LogicalExpression':
      return [node.left, node.right].flatMap(beginningsOf);
    case 'CallExpression':
      return node.callee.name === 'excerpt' ? beginningsOf(node.arguments[0]) : [];
    default:
      return [];
  }
}

/** Texts that an expression can end with. */
function endingsOf(node) {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [{ node, text: node.value }] : [];
    case 'TemplateLiteral': {
      const text = node.quasis.at(-1).value.cooked;
      return text === '' ? endingsOf(node.expressions.at(-1)) : [{ node, text }];
    }
    case 'BinaryExpression': {
      const last = endingsOf(node.right);
      return last.some(({ text }) => text === '') ? [...last, ...endingsOf(node.left)] : last;
    }
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].flatMap(endingsOf);
    case 'LogicalExpression':
      return [node.left, node.right].flatMap(endingsOf);
    case 'CallExpression':
      return node.callee.name === 'excerpt' ? endingsOf(node.arguments[0]) : [];
    default:
      return [];
  }
}

/** A period that ends a text: none of an ellipsis, and none of an abbreviation. */
const FINAL_PERIOD = /(?<!\.\.|\betc)\.$/;

/** Functions that make a problem of a code, of what is wrong and of what to do. */
const MAKERS = ['badFault', 'problem', 'unusable', 'warn'];

/** A problem stands behind "error", "warning" or a place, its remedy behind "hint:"; other words may follow both. */
const problemText = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      capital: 'What is wrong, and what to do, begin with a small letter: "{{word}}".',
      period: 'What is wrong, and what to do, end without a period: "{{end}}".',
    },
  },
  create(context) {
    const place = placeOf(context.cwd, context.filename);
    if (place === null || place.top === 'test' || place.room === 'report') return {};
    const check = (value) => {
      for (const { node, text } of beginningsOf(value)) {
        const word = CAPITALISED.exec(text)?.[1];
        if (word !== undefined && !NAMES.includes(word)) context.report({ node, messageId: 'capital', data: { word } });
      }
      for (const { node, text } of endingsOf(value)) {
        const end = text.split(' ').at(-1);
        if (FINAL_PERIOD.test(text)) context.report({ node, messageId: 'period', data: { end } });
      }
    };
    return {
      ObjectExpression({ properties }) {
        const named = new Map(properties.map((each) => [each.key?.name, each.value]));
        if (!named.has('what') || !named.has('remedy')) return;
        check(named.get('what'));
        check(named.get('remedy'));
      },
      VariableDeclarator({ id, init }) {
        if (id.name === 'what' || id.name === 'remedy') check(init);
      },
      CallExpression({ callee, arguments: texts }) {
        if (MAKERS.includes(callee.name)) texts.forEach(check);
      },
    };
  },
};

/** @type {import('eslint').ESLint.Plugin} */
export default { rules: { door, pure, platform, 'line-length': lineLength, 'problem-text': problemText } };
