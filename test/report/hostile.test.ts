import { beforeAll, describe, expect, it } from 'vitest';
import { html, trusted } from '../../src/report/layouts/markup.js';
import { htmlReport, markdownSummary, terminalSummary } from '../../src/report/index.js';
import { displayWidth } from '../../src/report/text.js';
import { fixtureInput, PLAIN_NAMES, type FixtureNames } from './fixture.js';

const ESC = String.fromCodePoint(0x1b);
const HOSTILE: readonly { readonly what: string; readonly text: string }[] = [
  {
    what: 'a script and a way out of an attribute',
    text: '</script><script>document.title="owned"</script>"><img src=x onerror=alert(1)>',
  },
  { what: 'a way out of the style sheet and the SVG', text: "'></style></svg><svg onload=alert(1)>" },
  { what: 'Markdown', text: '`x` | [a](https://evil.example) | ![b](https://evil.example) @all <b>' },
  {
    what: 'terminal sequences',
    text: `${ESC}[31mred${ESC}[2J${ESC}]0;title${String.fromCodePoint(7)}\u009b1m\u202egnp.exe`,
  },
  { what: 'a name of 10 kB', text: 'n'.repeat(10_240) },
  { what: 'templates and expressions', text: '${alert(1)} {{x}} datum.constructor $& $1' },
];

function everywhere(text: string): FixtureNames {
  return { run: text, tool: text, phase: text, fault: text, link: text, message: text };
}

const plain = await htmlReport([fixtureInput(PLAIN_NAMES)]);

describe.each(HOSTILE)('$what as run, tool, phase, fault, link and message', ({ text }) => {
  const names = everywhere(text);
  let page = '';
  beforeAll(async () => {
    const input = fixtureInput(names);
    page = await htmlReport([
      {
        ...input,
        reproduce: text,
        scenarioText: text,
        files: [{ path: text, bytes: 1 }],
        envelope: { target: { server: { value: text }, name: { value: null, reason: text }, [text]: text } },
      },
    ]);
  });

  it('makes no element of its own in the page', () => {
    const tags = (source: string): string[] =>
      [
        ...new Set(
          Array.from(
            source
              .replace(/<style>[\s\S]*?<\/style>/, '')
              .replace(/<script>[\s\S]*?<\/script>/, '')
              .matchAll(/<([a-z][a-z0-9]*)/gi),
            (match) => (match[1] ?? '').toLowerCase(),
          ),
        ),
      ].sort();
    expect(tags(page)).toEqual(tags(plain));
    expect(page.replace(/"[^"]*"/g, '""').match(/<[^>]*\son[a-z]+=/i)).toBeNull();
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });

  it('brings no control or direction character along', () => {
    const unseen = /[\p{Cc}\p{Cf}]/u;
    expect(page.replaceAll('\n', '').match(unseen)).toBeNull();
    expect(markdownSummary([fixtureInput(names)]).replaceAll('\n', '')).not.toMatch(unseen);
    expect(terminalSummary([fixtureInput(names)], { color: false, width: 100 }).replaceAll('\n', '')).not.toMatch(
      unseen,
    );
  });

  it('keeps every Markdown table in its columns', () => {
    const markdown = markdownSummary([fixtureInput(names)]);
    let columns: number | null = null;
    let rows = 0;
    for (const line of markdown.split('\n')) {
      if (!line.startsWith('|')) columns = null;
      else {
        const cells = line.split('|').length;
        columns ??= cells;
        expect(cells).toBe(columns);
        rows++;
      }
    }
    expect(rows).toBeGreaterThan(20);
    expect(markdown).not.toMatch(/<|(?<!\\)\]\(|`|https?:\/\//);
  });

  it('keeps every terminal line in its width', () => {
    for (const width of [40, 60, 80, 140]) {
      for (const line of terminalSummary([fixtureInput(names)], { color: false, width }).split('\n'))
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('grows no page beyond reason', () => {
    expect(page.length).toBeLessThan(1_500_000);
  });
});

describe('the html template', () => {
  it('escapes what it is given, and takes markup only from itself', () => {
    expect(html`<p title="${'"><b>'}">${['a', html`<i>${'<'}</i>`, null, false, 3]}</p>`.html).toBe(
      '<p title="&quot;&gt;&lt;b&gt;">a<i>&lt;</i>3</p>',
    );
    expect(() => html`${{ html: '<script>' }}`).toThrow(TypeError);
    expect(html`${trusted('<hr>')}`.html).toBe('<hr>');
  });
});
