/** The image of the Dockerfile, as far as it can be read: what it is built from, and how a pod starts it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { writtenFor, type ShardJob } from '../../src/engines/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';

const textOf = (name: string): string => readFileSync(join(PACKAGE_ROOT, name), 'utf8');

interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** The instructions of each stage. */
const stages = textOf('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\s*\\\n\s*/g, ' ')
  .split(/^(?=FROM )/m)
  .filter((stage) => stage.startsWith('FROM '))
  .map((stage) =>
    stage
      .trim()
      .split('\n')
      .map((line): Instruction => {
        const [, name = '', words = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
        return { name, words };
      }),
  );
const [build = [], image = []] = stages;
const wordsOf = (stage: readonly Instruction[], name: string): readonly string[] =>
  stage.filter((each) => each.name === name).map(({ words }) => words);

interface Package {
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
}
const known = JSON.parse(textOf('package.json')) as Package;

const left = textOf('.dockerignore').trim().split('\n');
/** Whether a line of .dockerignore leaves a path out: a path, or all files of one ending. */
const isLeftOut = (path: string): boolean =>
  left.some((line) => (line.startsWith('**/*') ? path.endsWith(line.slice(4)) : `${path}/`.startsWith(`${line}/`)));

describe('what the image is built from', () => {
  it('is the whole checkout, but for what git does not keep', () => {
    expect(wordsOf(build, 'COPY')).toEqual(['. .']);
    if (existsSync(join(PACKAGE_ROOT, '.git'))) {
      const tracked = execFileSync('git', ['ls-files'], { cwd: PACKAGE_ROOT, encoding: 'utf8' }).trim().split('\n');
      expect(tracked).toEqual(expect.arrayContaining(['package-lock.json', 'bundle.mjs', 'tsconfig.build.json']));
      expect(tracked.filter(isLeftOut)).toEqual([]);
    }
    const ignored = textOf('.gitignore').trim().split('\n');
    const shown = ignored
      .map((line) => line.replace(/\/$/, '').replace(/^\*/, 'any'))
      .filter((path) => !isLeftOut(path));
    expect(shown).toEqual([]);
  });

  it('has every file of the package, or makes it', () => {
    const kept = known.files.filter((file) => !file.startsWith('!'));
    const missing = kept.filter((file) => isLeftOut(file.replace(/\/\*.*$/, '')));
    expect(missing).toEqual(['dist/bin']);
    expect(known.scripts['prepare']).toBe('npm run build');
    expect(known.scripts['build']).toContain('bundle.mjs');
    expect(wordsOf(build, 'RUN').join()).toMatch(/^npm ci (?!.*--ignore-scripts.*&&).*&& npm pack /);
  });
});

describe('the image', () => {
  it('holds the package and the packages of its lock file, and nothing of the checkout', () => {
    expect(wordsOf(image, 'COPY')).toEqual(['--from=build /tmp/plimsoll-*.tgz /build/package-lock.json ./']);
    expect(wordsOf(image, 'RUN').join()).toContain('npm ci --omit=dev');
  });

  it('runs the command of the package, on a Node.js that it is for', () => {
    const command = JSON.parse(wordsOf(image, 'ENTRYPOINT')[0] ?? '[]') as readonly string[];
    expect(command).toEqual(Object.keys(known.bin));
    for (const [name, file] of Object.entries(known.bin))
      expect(wordsOf(image, 'RUN').join()).toContain(`ln -s /opt/plimsoll/${file} /usr/local/bin/${name}`);
    const versions = stages.map((stage) => Number(/^node:(\d+)-/.exec(wordsOf(stage, 'FROM')[0] ?? '')?.[1]));
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).toBeGreaterThan(Number(/^>=(\d+)\./.exec(known.engines.node)?.[1]));
  });

  it('has a user without rights by number, whose group its pods give the records to', () => {
    const job: ShardJob = {
      ...{ group: 'g', shards: 1, scenarioText: '', secrets: [], cpus: 1, memoryMib: 1 },
      kubernetes: { namespace: null, image: 'i', claim: 'c', secret: '' },
      slurm: { folder: '/', partition: null, command: [] },
    };
    const pods = parseAllDocuments(writtenFor('kubernetes', job)).map((each) => JSON.stringify(each.toJSON()));
    const [user = ''] = wordsOf(image, 'USER');
    expect(Number(user)).toBeGreaterThan(0);
    expect(pods.join()).toContain('"runAsNonRoot":true');
    expect(pods.join()).toContain(`"fsGroup":${user}}`);
    // Where it may write the records of a run by itself.
    expect(image.findLast(({ name }) => name === 'WORKDIR')?.words).toBe('/home/node');
  });
});
