/**
 * The records of the shards in `folder` as one, in a process of its own so that its memory can be read.
 *
 * Takes its options as JSON in the first argument; prints the number of samples, CPU and wall time and the highest RSS
 * as one line of JSON.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { folder, out } = JSON.parse(process.argv[2] ?? '{}');
const dist = pathToFileURL(process.env['PLIMSOLL_DIST'] ?? new URL('../../dist', import.meta.url).pathname).href;
const { mergeShards } = await import(`${dist}/src/merge/index.js`);
const { FILES, openPart } = await import(`${dist}/src/record/index.js`);

const cpu = process.cpuUsage();
const began = performance.now();
const dir = await mergeShards({ folders: [folder], parentFolder: out, folder: 'merged' });
const wallS = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    samples: (await openPart(dir)).manifest.samples,
    bytes: statSync(join(dir, FILES.samples)).size,
    cpuS: (user + system) / 1e6,
    wallS,
    maxRssMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
