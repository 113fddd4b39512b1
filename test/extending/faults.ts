/**
 * Adding a fault: on a link it is one new file and one line in a list; inside a mock it is a descriptor and a
 * behaviour, one file each with one line in a list, and a line that says what the mock is asked. Leaving out any part
 * is a type error.
 */
import { describe, expect, it, vi } from 'vitest';
import { Additions, additions, objectOf, withEntry, type Files } from './with-files.js';

/** The compiler takes seconds, and longer on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

/** Additions that break other files than their own. */
const broken = new Additions();

/** Errors by the file they are in. */
const errorsIn = (errors: readonly string[], path: string): readonly string[] =>
  errors.filter((error) => error.startsWith(`${path}: `));

describe('a fault on a link', () => {
  const PARTS = {
    schema: "linkSchema('drizzle', 'Delays everything by a little.', { ...onTraffic() })",
    check: '() => undefined',
    action: "(fault) => toxic('latency', fault, { latency: 1, jitter: 0 })",
    words: "() => 'drizzle'",
    stopsEverything: 'false',
    endsSessions: 'false',
  } as const;
  const FOLDER = 'src/catalog/faults/link';
  const TOXICS = 'src/toxiproxy/embedded/toxics/index.ts';
  const USERS = ['src/catalog/faults/text.ts', 'src/catalog/faults/fault.ts', 'src/catalog/faults/overlaps.ts', TOXICS];
  const file = (name: string, descriptor: string): Files => ({
    [`${FOLDER}/${name}.ts`]:
      "import { linkFault, linkSchema, onTraffic, toxic } from './descriptor.js';\n" +
      `export const drizzle = linkFault(${descriptor});\nvoid [linkSchema, onTraffic, toxic];\n`,
  });
  const listed = (key: string, copy?: string) =>
    withEntry(`${FOLDER}/index.ts`, '\n});', `${key}: drizzle,`, "import { drizzle } from './drizzle.js';\n", copy);

  const incomplete = Object.keys(PARTS).map((left) => [`without-${left}`, left] as const);
  const errorsOf = additions.add(
    Object.assign(
      { ...file('drizzle', objectOf(PARTS)), ...listed('drizzle') },
      ...incomplete.map(([name, left]) => file(name, objectOf(PARTS, left))),
    ) as Files,
    USERS,
  );
  it('is one new file and one line in the list; without any of its parts that file is a type error', () => {
    const errors = errorsOf();
    for (const [name, left] of incomplete)
      expect(errorsIn(errors, `${FOLDER}/${name}.ts`).join(), `without ${left}`).toContain(left);
    expect(errors.filter((error) => !error.includes('/without-'))).toEqual([]);
  });

  const renamed = `${FOLDER}/index-renamed.ts`;
  const errorsOfRenamed = additions.add(listed('shower', renamed));
  it('is a type error in the list under another name', () => {
    expect(errorsIn(errorsOfRenamed(), renamed).join()).toContain('shower');
  });

  const hail = objectOf({ ...PARTS, action: "(fault) => toxic('hail', fault, {})" });
  const errorsOfHail = broken.add({ ...file('drizzle', hail), ...listed('drizzle') }, [TOXICS]);
  it('is a type error in the embedded engine without its toxic', () => {
    expect(errorsIn(errorsOfHail(), TOXICS).join()).toContain('hail');
  });
});

describe('a fault inside a mock', () => {
  const PARTS = {
    schema: "mockSchema('hiccup', 'Answers after a pause.', { pause: duration('ms', '5ms') })",
    check: 'noChecks',
    parameters: '({ pause }) => ({ pauseNs: pause })',
    words: "() => 'hiccup'",
    contradicts: 'null',
    affectedCallSucceeds: "'delays calls'",
    endsSessions: 'false',
  } as const;
  const FOLDER = 'src/catalog/faults/mock';
  const BEHAVIOURS = 'mock-servers/tools/faults/registry.ts';
  const message = withEntry(
    'src/protocol/mock-faults/messages.ts',
    '\n} as const;',
    'hiccup: message({ pauseNs: duration }),',
  );
  const file = (name: string, descriptor: string): Files => ({
    [`${FOLDER}/${name}.ts`]:
      "import { duration } from '../../grammar/index.js';\n" +
      "import { mockFault, mockSchema, noChecks } from './descriptor.js';\n" +
      `export const hiccup = mockFault('hiccup', ${descriptor});\nvoid [duration, mockSchema, noChecks];\n`,
  });
  const imported = "import { hiccup } from './hiccup.js';\n";

  const incomplete = Object.keys(PARTS).map((left) => [`without-${left}`, left] as const);
  const other = objectOf({ ...PARTS, parameters: '({ pause }) => ({ pauseMs: pause })' });
  const errorsOf = additions.add(
    Object.assign(
      {
        ...message,
        ...file('hiccup', objectOf(PARTS)),
        ...withEntry(`${FOLDER}/index.ts`, '\n} satisfies', 'hiccup,', imported),
        'mock-servers/tools/faults/hiccup.ts':
          "import type { BehaviourOf } from './behaviour.js';\n" +
          "export const hiccup: BehaviourOf<'hiccup'> = ({ pauseNs }) => ({ acts: 'head', delayNs: pauseNs });\n",
        ...withEntry(BEHAVIOURS, '\n};', 'hiccup,', imported),
        // Sends other parameters than the mock takes.
        ...file('without-agreement', other),
      },
      ...incomplete.map(([name, left]) => file(name, objectOf(PARTS, left))),
    ) as Files,
  );
  it('is a message, a descriptor and a behaviour; a descriptor without any of its parts is a type error', () => {
    const errors = errorsOf();
    for (const [name, left] of [...incomplete, ['without-agreement', 'pauseNs'] as const])
      expect(errorsIn(errors, `${FOLDER}/${name}.ts`).join(), name).toContain(left);
    expect(errors.filter((error) => !error.includes('/without-'))).toEqual([]);
  });

  const errorsOfMessage = broken.add(message, [`${FOLDER}/index.ts`, BEHAVIOURS]);
  it('that only the protocol has is a type error in the list of descriptors and in that of behaviours', () => {
    const errors = errorsOfMessage();
    expect(errorsIn(errors, `${FOLDER}/index.ts`).join()).toContain('hiccup');
    expect(errorsIn(errors, BEHAVIOURS).join()).toContain('hiccup');
  });
});
