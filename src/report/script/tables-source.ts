/** Tables in the browser: a click on a heading sorts by that column, by size where its cells are quantities. */
export const TABLES_SOURCE = String.raw`
const TIMES = { ns: 1e-9, 'µs': 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 };
const UNITS = { ...TIMES, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
function sizeOf(text) {
  const found = /^[<>≥≤~+]?\s*([+−-]?[\d,]*\.?\d+)\s*([a-zA-Zµ]*)/.exec(text.trim());
  if (found === null) return null;
  return Number(found[1].replace(/,/g, '').replace('−', '-')) * (Object.hasOwn(UNITS, found[2]) ? UNITS[found[2]] : 1);
}
function sortable(table) {
  const body = table.tBodies[0];
  const rows = body === undefined ? [] : [...body.rows];
  const isTotal = (row) => row.classList.contains('total');
  if (rows.length < 3 || table.classList.contains('facts') || rows.slice(1).some(isTotal)) return;
  const fixed = rows.filter(isTotal);
  const free = rows.filter((row) => !isTotal(row));
  const headings = [...table.tHead.rows[0].cells];
  const textOf = (row, column) => row.cells[column]?.firstChild?.textContent ?? '';
  headings.forEach((heading, column) => {
    if (heading.textContent.trim() === '') return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const order = heading.getAttribute('aria-sort') === 'descending' ? 'ascending' : 'descending';
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const keyed = free.map((row) => ({ row, text: textOf(row, column), size: sizeOf(textOf(row, column)) }));
      // What is not known stays at the end, whichever way is up.
      keyed.sort((a, b) =>
        a.size === null || b.size === null
          ? a.size === b.size ? sign * a.text.localeCompare(b.text) : a.size === null ? 1 : -1
          : sign * (a.size - b.size));
      body.append(...fixed, ...keyed.map(({ row }) => row));
    });
  });
}
for (const table of all(document, '.body table')) sortable(table);
`;
