/**
 * As much of DuckDB's SQL as the documentation uses, so that a test can do exactly what a query says: `WITH`, `SELECT`,
 * `FROM`, `WHERE`, `GROUP BY`, `HAVING`, `ORDER BY` of one column and `COPY ... TO`. Anything else is an error.
 *
 * `quantile_disc(x, q)` is the value at rank ceil(q n), as in DuckDB 2.0. Columns of 64 bits come as numbers, exact
 * up to 2^53.
 */
export type Cell = number | string | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

const TOKEN = /\s*(?:('(?:[^']|'')*')|(\d+(?:\.\d+)?(?:e\d+)?)|([a-z_][a-z_0-9]*)|([(),*=/;-]))/iy;

type Token =
  { readonly kind: 'text' | 'word' | 'sign'; readonly is: string } | { readonly kind: 'number'; readonly is: string };

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (sql.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const [, text, number, word, sign] = TOKEN.exec(sql) ?? [];
    if (text !== undefined) tokens.push({ kind: 'text', is: text.slice(1, -1).replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', is: number });
    else if (word !== undefined) tokens.push({ kind: 'word', is: word.toLowerCase() });
    else if (sign !== undefined) tokens.push({ kind: 'sign', is: sign });
    else throw new Error(`not understood: ${sql.slice(at, at + 20)}`);
  }
  return tokens;
}

/** Of the rows of a group, and of all rows that were selected. */
type Expression = (group: readonly Row[], all: readonly Row[]) => Cell;

const AGGREGATES: Readonly<Record<string, (rows: readonly (readonly Cell[])[]) => Cell>> = {
  count: (rows) => rows.length,
  min: (rows) => Math.min(...numbers(rows)),
  max: (rows) => Math.max(...numbers(rows)),
  bool_or: (rows) => rows.some(([value]) => value === true),
  arg_min: (rows) => extreme(rows, (key, best) => key < best),
  arg_max: (rows) => extreme(rows, (key, best) => key > best),
  quantile_disc: (rows) => {
    const sorted = numbers(rows).sort((a, b) => a - b);
    const q = Number(rows[0]?.[1]);
    return sorted[sorted.length - Math.floor(sorted.length - sorted.length * q) - 1] ?? null;
  },
};

const numbers = (rows: readonly (readonly Cell[])[]): number[] =>
  rows.flatMap(([value]) => (value === null ? [] : [Number(value)]));

function extreme(rows: readonly (readonly Cell[])[], isBetter: (key: number, best: number) => boolean): Cell {
  let best: readonly Cell[] | undefined;
  for (const row of rows) if (best === undefined || isBetter(Number(row[1]), Number(best[1]))) best = row;
  return best?.[0] ?? null;
}

class Query {
  readonly #tokens: Token[];
  readonly #tables: ReadonlyMap<string, readonly Row[]>;
  #hasAggregate = false;

  constructor(tokens: Token[], tables: ReadonlyMap<string, readonly Row[]>) {
    this.#tokens = tokens;
    this.#tables = tables;
  }

  statement(): readonly Row[] {
    if (!this.#takes('copy')) return this.#withQuery();
    this.#expect('(');
    const rows = this.#withQuery();
    this.#expect(')', 'to');
    this.#next();
    return rows;
  }

  end(): void {
    this.#takes(';');
    if (this.#tokens.length > 0) throw new Error(`not understood: ${this.#tokens.map(({ is }) => is).join(' ')}`);
  }

  #withQuery(): readonly Row[] {
    if (!this.#takes('with')) return this.#select();
    const name = this.#next().is;
    this.#expect('as', '(');
    const rows = this.#select();
    this.#expect(')');
    return new Query(this.#tokens, new Map([...this.#tables, [name, rows]])).#select();
  }

  #select(): readonly Row[] {
    this.#expect('select');
    this.#hasAggregate = false;
    const items: { readonly name: string; readonly value: Expression }[] = [];
    do {
      const first = this.#tokens[0]?.is ?? '';
      const value = this.#expression();
      items.push({ name: this.#takes('as') ? this.#next().is : first, value });
    } while (this.#takes(','));
    const isAggregate = this.#hasAggregate;
    this.#expect('from');
    const source = this.#next().is;
    const table = this.#tables.get(source);
    if (table === undefined) throw new Error(`no table ${source}`);
    const where = this.#takes('where') ? this.#expression() : null;
    const all = where === null ? table : table.filter((row) => where([row], table) === true);
    const groups = this.#groups(all, isAggregate);
    const having = this.#takes('having') ? this.#expression() : null;
    const kept = having === null ? groups : groups.filter((group) => having(group, all) === true);
    const rows = kept.map((group) => Object.fromEntries(items.map(({ name, value }) => [name, value(group, all)])));
    if (!this.#takes('order')) return rows;
    this.#expect('by');
    const by = items[Number(this.#next().is) - 1]?.name ?? '';
    return rows.sort((a, b) => Number(a[by]) - Number(b[by]));
  }

  #groups(rows: readonly Row[], isAggregate: boolean): readonly (readonly Row[])[] {
    if (!this.#takes('group')) return isAggregate ? [rows] : rows.map((row) => [row]);
    this.#expect('by');
    const keys: Expression[] = [];
    do keys.push(this.#expression());
    while (this.#takes(','));
    const groups = new Map<string, Row[]>();
    for (const row of rows) {
      const key = JSON.stringify(keys.map((each) => each([row], rows)));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    return [...groups.values()];
  }

  #expression(): Expression {
    let left = this.#negation();
    while (this.#takes('and')) {
      const [a, b] = [left, this.#negation()];
      left = (group, all) => a(group, all) === true && b(group, all) === true;
    }
    return left;
  }

  #negation(): Expression {
    if (!this.#takes('not')) return this.#comparison();
    const inner = this.#negation();
    return (group, all) => inner(group, all) !== true;
  }

  #comparison(): Expression {
    const left = this.#binary(['-'], () => this.#binary(['/'], () => this.#primary()));
    if (!this.#takes('=')) return left;
    const right = this.#primary();
    return (group, all) => left(group, all) === right(group, all);
  }

  #binary(signs: readonly ('-' | '/')[], operand: () => Expression): Expression {
    let left = operand();
    for (let sign = this.#oneOf(signs); sign !== null; sign = this.#oneOf(signs)) {
      const [a, b, isMinus] = [left, operand(), sign === '-'];
      left = (group, all) => {
        const [x, y] = [Number(a(group, all)), Number(b(group, all))];
        return isMinus ? x - y : x / y;
      };
    }
    return left;
  }

  #primary(): Expression {
    const { kind, is } = this.#next();
    if (kind === 'text') return () => is;
    if (kind === 'number') return () => Number(is);
    if (is === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (kind !== 'word') throw new Error(`not understood: ${is}`);
    return this.#takes('(') ? this.#call(is) : ([row]) => this.#cell(row, is);
  }

  #call(name: string): Expression {
    const aggregate = AGGREGATES[name];
    if (aggregate === undefined) throw new Error(`no function ${name}`);
    const given: Expression[] = [];
    if (!this.#takes('*')) {
      do given.push(this.#expression());
      while (this.#takes(','));
    }
    this.#expect(')');
    const over = (rows: readonly Row[]): Cell => aggregate(rows.map((row) => given.map((each) => each([row], rows))));
    if (this.#takes('over')) {
      this.#expect('(', ')');
      return (_, all) => over(all);
    }
    this.#hasAggregate = true;
    return over;
  }

  #cell(row: Row | undefined, name: string): Cell {
    const cell = row?.[name];
    if (cell === undefined) throw new Error(`no column ${name}`);
    return cell;
  }

  #next(): Token {
    const token = this.#tokens.shift();
    if (token === undefined) throw new Error('the query ends too early');
    return token;
  }

  #takes(word: string): boolean {
    const [token] = this.#tokens;
    if (token === undefined || token.kind === 'text' || token.is !== word) return false;
    this.#tokens.shift();
    return true;
  }

  #oneOf<T extends string>(words: readonly T[]): T | null {
    return words.find((word) => this.#takes(word)) ?? null;
  }

  #expect(...words: readonly string[]): void {
    for (const word of words) if (!this.#takes(word)) throw new Error(`"${word}" is missing`);
  }
}

/** What a query gives. `file`: the rows of every file that it names. Throws at what it does not understand. */
export function runQuery(sql: string, files: ReadonlyMap<string, readonly Row[]>): readonly Row[] {
  const query = new Query(tokensOf(sql), files);
  const rows = query.statement();
  query.end();
  return rows;
}
