/**
 * Makes the example reports and the picture of the README from real runs of the current build. `npm run showcase` makes
 * all of them; `npm run showcase -- quickstart` or `-- compare` one.
 *
 * Needs Chromium (CHROMIUM_PATH names another one). What is not valid is repeated twice: an example shows numbers that
 * can be trusted. `showcase.json` says what was made from which build; a test compares it with the current one.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { comparisonPage } from '../dist/src/report/index.js';

const ATTEMPTS = 3;
const project = fileURLToPath(new URL('..', import.meta.url));
const reports = `${project}reports/`;

/** Runs the command until it gives a result; ends the program where none of the attempts does. */
function attempted(parameters, resultOf) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const command = ['dist/bin/plimsoll.js', ...parameters];
    const { status, stdout } = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' });
    const { result, state } = resultOf(status, stdout);
    if (result !== null) return result;
    process.stderr.write(`attempt ${attempt} of ${ATTEMPTS}: exit code ${status}, ${state}\n`);
  }
  process.stderr.write('hint: wait until the machine is quiet\n');
  process.exit(1);
}

/** A valid run of the quickstart. */
function quickstart() {
  const folder = attempted(['run', 'scenarios/quickstart.yaml'], (status, stdout) => {
    const found = `${project}${/^report: (.+)\/report\.html$/m.exec(stdout)?.[1] ?? ''}`;
    const { validity } = JSON.parse(readFileSync(`${found}/summary.json`, 'utf8'));
    return { result: status === 0 && validity.verdict === 'valid' ? found : null, state: `run ${validity.verdict}` };
  });
  copyFileSync(`${folder}/report.html`, `${reports}examples/quickstart.html`);
}

/** The comparison of the shipped scenario, whose candidate is slower: "regress". Its runs are not kept beside it. */
function compare() {
  const out = mkdtempSync(join(tmpdir(), 'plimsoll-showcase-'));
  try {
    const parameters = ['compare', 'scenarios/compare.yaml', '--out', out, '--repeat-disturbed', '5', '--json'];
    const comparison = attempted(parameters, (status, stdout) => {
      const found = JSON.parse(stdout);
      return { result: status === 99 && found.verdict === 'regress' ? found : null, state: found.verdict };
    });
    writeFileSync(
      `${reports}examples/compare.html`,
      comparisonPage(comparison, () => null),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Each example, and the pictures that are taken of it. */
const EXAMPLES = {
  quickstart: { make: quickstart, page: 'examples/quickstart.html', picture: 'quickstart.png' },
  compare: { make: compare, page: 'examples/compare.html', picture: 'compare.png' },
};

const digest = (path) => createHash('sha256').update(readFileSync(`${reports}${path}`)).digest('hex');

const wanted = process.argv[2] === undefined ? Object.keys(EXAMPLES) : [process.argv[2]];
const unknown = wanted.find((name) => EXAMPLES[name] === undefined);
if (unknown !== undefined) {
  process.stderr.write(`there is no example "${unknown}"\nhint: ${Object.keys(EXAMPLES).join(', ')}\n`);
  process.exit(2);
}

const before = JSON.parse(readFileSync(`${reports}showcase.json`, 'utf8'));
const files = { ...before.files };
for (const name of wanted) {
  const { make, page, picture } = EXAMPLES[name];
  // The build, or the last example, was work too: a run looks at the load of the machine before it.
  await sleep(30_000);
  make();
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 1500 }, colorScheme: 'light' });
  await tab.goto(`file://${reports}${page}`);
  await tab.screenshot({ path: `${reports}${picture}` });
  await browser.close();
  for (const file of [page, picture]) files[file] = digest(file);
}

const { version } = JSON.parse(readFileSync(`${project}package.json`, 'utf8'));
const isNew = wanted.includes('quickstart');
const made = {
  plimsollVersion: version,
  reportFormat: isNew
    ? Number(/report format (\d+)/.exec(readFileSync(`${reports}examples/quickstart.html`, 'utf8'))?.[1])
    : before.reportFormat,
  // Taken away by making it again: from then on the test asks for the current form.
  ...(isNew || before.isOfOlderForm !== true ? {} : { isOfOlderForm: true }),
  files,
};
writeFileSync(`${reports}showcase.json`, `${JSON.stringify(made, null, 2)}\n`);
process.stdout.write(`made ${wanted.join(' and ')}; look at the pages and pictures before you commit them\n`);
