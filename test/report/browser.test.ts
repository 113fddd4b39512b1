/** The report in a real browser: what a reader gets when the file is opened from disk. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/report/index.js';
import { fixtureInput, PLAIN_NAMES } from './fixture.js';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
/** Where a skip counts as a failure the suite runs, and fails for want of a browser. */
const skip = !present && process.env['PLIMSOLL_NO_SKIP'] !== '1';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SCRIPT = '</script><script>document.title="owned"</script><img src=x onerror="document.title=1">';

describe.skipIf(skip)(
  `the report in Chromium${skip ? ` (skipped: none at ${executablePath}; set CHROMIUM_PATH)` : ''}`,
  () => {
    let browser: Browser;
    let folder = '';
    const files: Record<'plain' | 'hostile', string> = { plain: '', hostile: '' };

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ARGUMENTS });
      folder = mkdtempSync(join(tmpdir(), 'plimsoll-report-'));
      for (const [name, names] of [
        ['plain', PLAIN_NAMES],
        [
          'hostile',
          {
            run: SCRIPT,
            tool: `${SCRIPT}${'x'.repeat(10_240)}`,
            phase: SCRIPT,
            fault: SCRIPT,
            link: SCRIPT,
            message: 'm'.repeat(10_240),
          },
        ],
      ] as const) {
        files[name] = join(folder, `${name}.html`);
        writeFileSync(files[name], await htmlReport([fixtureInput(names)]));
      }
    });
    afterAll(async () => {
      await browser?.close();
      if (folder !== '') rmSync(folder, { recursive: true, force: true });
    });

    const views = [
      ...[1280, 390].flatMap((width) =>
        (['light', 'dark'] as const).map((scheme) => ({ name: 'plain', width, scheme }) as const),
      ),
      ...([
        { name: 'hostile', width: 1280, scheme: 'light' },
        { name: 'hostile', width: 390, scheme: 'dark' },
      ] as const),
    ];
    it.each(views)(
      'opens the $name one at $width px, $scheme, without error, request or overflow',
      async ({ name, width, scheme }) => {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
        try {
          const page = await context.newPage();
          const said: string[] = [];
          const asked: string[] = [];
          page.on('console', (message) => said.push(message.text()));
          page.on('pageerror', (error) => said.push(error.message));
          page.on('request', (request) => asked.push(request.url()));
          const address = pathToFileURL(files[name]).href;
          await page.goto(address);
          expect(said).toEqual([]);
          expect(asked).toEqual([address]);
          const seen = await page.evaluate(`({
        overflow: document.documentElement.scrollWidth - window.innerWidth,
        scripts: document.scripts.length,
        pictures: document.querySelectorAll('figure svg[role=img]').length,
        empty: [...document.querySelectorAll('figure svg[role=img]')]
          .filter((svg) => svg.getBoundingClientRect().height < 60).length,
        title: document.title,
        paper: getComputedStyle(document.body).backgroundColor,
        ink: getComputedStyle(document.querySelector('svg[role=img] text')).fill,
        small: [...document.querySelectorAll('figure svg[role=img]')]
          .filter((svg) => svg.getBoundingClientRect().width < 300).length,
      })`);
          expect(seen).toMatchObject({ overflow: 0, scripts: 0, empty: 0, small: 0 });
          expect(seen).toHaveProperty('pictures', 14);
          expect(seen).toHaveProperty('paper', scheme === 'dark' ? 'rgb(14, 20, 25)' : 'rgb(251, 251, 249)');
          expect(seen).toHaveProperty('title', expect.stringContaining(name === 'plain' ? 'quickstart' : '</script>'));
        } finally {
          await context.close();
        }
      },
    );

    it('prints on A4 with light paper and no figure wider than the sheet', async () => {
      const context = await browser.newContext({ viewport: { width: 718, height: 1017 }, colorScheme: 'dark' });
      try {
        const page = await context.newPage();
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        await page.goto(pathToFileURL(files.plain).href);
        const seen = await page.evaluate(`({
        wide: [...document.querySelectorAll('figure svg[role=img]')]
          .filter((svg) => svg.getBoundingClientRect().right > document.documentElement.clientWidth).length,
        paper: getComputedStyle(document.body).backgroundColor,
        details: [...document.querySelectorAll('figure details')]
          .filter((each) => each.getBoundingClientRect().height > 0).length,
      })`);
        expect(seen).toEqual({ wide: 0, paper: 'rgb(255, 255, 255)', details: 0 });
      } finally {
        await context.close();
      }
    });

    it('lets the keyboard reach every table and figure that scrolls', async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 900 } });
      try {
        const page = await context.newPage();
        await page.goto(pathToFileURL(files.plain).href);
        const stuck = await page.evaluate(
          `[...document.querySelectorAll('*')]
            .filter((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowX))
            .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.tabIndex < 0).length`,
        );
        expect(stuck).toBe(0);
        await page.keyboard.press('Tab');
        expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the verdict');
      } finally {
        await context.close();
      }
    });
  },
);
