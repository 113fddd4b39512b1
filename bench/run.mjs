/**
 * The harness beside others, part by part.
 * `npm run bench -- [PART ...] [--pairs N] [--minutes M] [--against FOLDER] [--write]`
 *
 * Parts: closed, eras, sessions, floor, lag, freeze, record, seal, merge, shards, short-run, live, proxy, profile;
 * memory, which needs `--minutes`; and builds, which needs `--against`: the folder of another work tree that is built.
 * `--write` puts each part that ran into its place in README.md and leaves the others as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { noiseNote, tools } from './machine.mjs';

const PARTS =
  'closed eras sessions floor lag freeze record seal merge shards short-run live proxy profile memory builds'.split(
    ' ',
  );
const README = new URL('README.md', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '7' },
    minutes: { type: 'string' },
    against: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const pairs = Number(values.pairs);
const minutes = values.minutes === undefined ? null : Number(values.minutes);
const { against } = values;
/** What a part can't run without. */
const NEEDS = { memory: ['--minutes', minutes], builds: ['--against', against] };
const isLacking = (part) => part in NEEDS && (NEEDS[part][1] ?? null) === null;
const unknown = positionals.filter((part) => !PARTS.includes(part));
if (unknown.length > 0 || !(pairs >= 1) || (minutes !== null && !(minutes > 0)) || positionals.some(isLacking)) {
  console.error(
    `usage: npm run bench -- [${PARTS.join('|')} ...] [--pairs N] [--minutes M] [--against FOLDER] [--write]; ` +
      Object.entries(NEEDS)
        .map(([part, [flag]]) => `${part} needs ${flag}`)
        .join(', '),
  );
  process.exit(2);
}
const chosen = positionals.length > 0 ? positionals : PARTS.filter((part) => !isLacking(part));

function where() {
  const missing = Object.keys(tools).filter((name) => !tools[name]);
  const cores = tools.taskset ? 'generator on core 0, target on core 1' : 'not pinned (no taskset)';
  return (
    `Node.js ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ` +
    cores +
    (missing.length > 0 ? `; not installed: ${missing.join(', ')}` : '')
  );
}

let readme = readFileSync(README, 'utf8');
for (const part of chosen) {
  const { title, run } = await import(`./parts/${part}.mjs`);
  process.stderr.write(`${part} ...\n`);
  const began = performance.now();
  const body = await run({ pairs, minutes, against });
  const text = `## ${title}\n\n${body}\n\n${where()}. ${noiseNote()}\n`;
  console.log(`${text}`);
  process.stderr.write(`${part}: ${((performance.now() - began) / 1_000).toFixed(0)} s\n`);
  if (!values.write) continue;
  const [open, close] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const [from, to] = [readme.indexOf(open), readme.indexOf(close)];
  if (from === -1 || to === -1) throw new Error(`README.md has no place for ${part}`);
  readme = `${readme.slice(0, from + open.length)}\n${text}${readme.slice(to)}`;
  writeFileSync(README, readme);
}
