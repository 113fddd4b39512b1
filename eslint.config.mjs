import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Which rooms a room may open the door of. Everything else is an error, and a door is a room's index.ts.
 * Data flows scenario -> plan -> run -> record -> analysis -> report and gate; `cli` stands on top.
 */
const ROOMS = {
  format: [],
  problem: [],
  clock: [],
  random: [],
  protocol: ['problem', 'random'],
  package: [],
  'process-timing': [],
  processes: [],
  scopes: ['problem'],
  record: ['problem', 'protocol', 'clock', 'processes'],
  toxiproxy: ['problem', 'catalog', 'clock', 'random', 'package', 'process-timing', 'processes'],
  catalog: ['format', 'problem', 'clock', 'random', 'protocol'],
  scenario: ['format', 'problem', 'catalog', 'protocol'],
  plan: ['format', 'problem', 'catalog', 'scenario'],
  envelope: ['problem', 'protocol', 'clock', 'record'],
  mcp: ['problem', 'clock', 'random', 'package', 'catalog', 'scenario', 'record', 'protocol'],
  stack: ['format', 'problem', 'protocol', 'clock', 'package', 'catalog', 'scenario', 'toxiproxy', 'record'],
  faults: ['problem', 'protocol', 'clock', 'plan', 'catalog', 'scenario', 'toxiproxy', 'stack', 'record'],
  load: ['problem', 'clock', 'random', 'package', 'process-timing', 'catalog', 'scenario', 'plan', 'mcp', 'record'],
  analysis: ['format', 'problem', 'protocol', 'clock', 'random', 'catalog', 'scenario', 'plan', 'record'],
  capacity: ['format', 'problem', 'clock', 'random', 'catalog', 'scenario', 'plan', 'record', 'analysis'],
  gate: ['format', 'problem', 'catalog', 'scenario', 'analysis'],
  report: ['format', 'problem', 'clock', 'catalog', 'scenario', 'plan', 'record', 'analysis', 'gate'],
  export: ['analysis', 'gate', 'report'],
  run: [
    'format',
    'problem',
    'clock',
    'random',
    'package',
    'scopes',
    'catalog',
    'scenario',
    'plan',
    'envelope',
    'calibration',
    'stack',
    'faults',
    'toxiproxy',
    'mcp',
    'load',
    'record',
    'capacity',
  ],
  calibration: [
    'format',
    'problem',
    'clock',
    'random',
    'package',
    'scopes',
    'catalog',
    'scenario',
    'plan',
    'envelope',
    'stack',
    'toxiproxy',
    'mcp',
    'load',
    'record',
  ],
};

const PURE_AFTER_THE_RECORD = ['catalog', 'analysis', 'capacity', 'gate', 'report', 'export', 'plan'];
const EFFECTS = [
  'net',
  'tls',
  'http',
  'https',
  'http2',
  'dgram',
  'child_process',
  'worker_threads',
  'fs',
  'fs/promises',
  'timers',
  'timers/promises',
  'process',
];

/** A folder inside a room may have the name of another room: from there, only a path that leaves its room is judged. */
const LEAVING = [
  { files: '*.ts', up: '^(\\.\\./)+' },
  { files: '*/**/*.ts', up: '^(\\.\\./){2,}' },
];

const roomRules = Object.entries(ROOMS).flatMap(([room, allowed]) =>
  LEAVING.map(({ files, up }) => ({
    files: [`src/${room}/${files}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `${up}(${Object.keys(ROOMS)
                .concat('cli', 'mock-servers')
                .filter((other) => other !== room && !allowed.includes(other))
                .join('|')})/`,
              message: `The room "${room}" may open only: ${allowed.join(', ') || 'none'}.`,
            },
            ...(PURE_AFTER_THE_RECORD.includes(room)
              ? [
                  {
                    regex: `^(node:)?(${EFFECTS.join('|')}|execa|undici|autocannon)$`,
                    message: `The room "${room}" is pure: no socket, clock, process or file.`,
                  },
                ]
              : []),
          ],
        },
      ],
    },
  })),
);

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'reports/**', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: [] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      'no-duplicate-imports': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
          message: 'A private member is written #name.',
        },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
      },
    },
  },
  ...roomRules,
);
