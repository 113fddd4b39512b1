/**
 * Makes the example report and the picture of the README from a real run of the current build. `npm run showcase`
 *
 * Needs Chromium (CHROMIUM_PATH names another one). A run that is not valid is repeated twice: an example shows numbers
 * that can be trusted. `showcase.json` says what was made from which build; a test compares it with the current one.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ATTEMPTS = 3;
const project = fileURLToPath(new URL('..', import.meta.url));
const report = `${project}reports/examples/quickstart.html`;
const picture = `${project}reports/quickstart.png`;

/** The folder of a valid run of the quickstart. */
function validRun() {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const command = ['dist/bin/plimsoll.js', 'run', 'scenarios/quickstart.yaml'];
    const { status, stdout } = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' });
    const folder = `${project}${/^report: (.+)\/report\.html$/m.exec(stdout)?.[1] ?? ''}`;
    const { validity } = JSON.parse(readFileSync(`${folder}/summary.json`, 'utf8'));
    if (status === 0 && validity.verdict === 'valid') return folder;
    process.stderr.write(`attempt ${attempt} of ${ATTEMPTS}: exit code ${status}, run ${validity.verdict}\n`);
  }
  process.stderr.write('hint: wait until the machine is quiet\n');
  process.exit(1);
}

const digest = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

// The build was work too: a run looks at the load of the machine before it.
await sleep(30_000);
const folder = validRun();
copyFileSync(`${folder}/report.html`, report);

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 1500 }, colorScheme: 'light' });
await page.goto(`file://${report}`);
await page.screenshot({ path: picture });
await browser.close();

const { version } = JSON.parse(readFileSync(`${project}package.json`, 'utf8'));
const reportFormat = Number(/report format (\d+)/.exec(readFileSync(report, 'utf8'))?.[1]);
const files = { 'examples/quickstart.html': digest(report), 'quickstart.png': digest(picture) };
const made = { plimsollVersion: version, reportFormat, files };
writeFileSync(`${project}reports/showcase.json`, `${JSON.stringify(made, null, 2)}\n`);
process.stdout.write(`made ${Object.keys(files).join(' and ')}; look at both before you commit them\n`);
