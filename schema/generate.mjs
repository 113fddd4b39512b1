/**
 * Writes the JSON Schemas of the files whose format is a TypeScript type, from that type. Descriptions are the comments
 * of the fields. With `--check` it writes nothing, and fails where a file is not what its type says.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Published file, the type it follows, and the module that exports the type. */
export const SCHEMAS = [
  { file: 'summary-v2.json', type: 'Summary', module: 'src/analysis/summary.ts', title: 'summary.json of a run' },
  { file: 'envelope-v2.json', type: 'Envelope', module: 'src/envelope/types.ts', title: 'envelope.json of a run' },
  { file: 'run-v2.json', type: 'RunFile', module: 'src/record/header.ts', title: 'run.json of a run' },
  { file: 'manifest-v2.json', type: 'Manifest', module: 'src/record/layout.ts', title: 'manifest.json of a run' },
  { file: 'shard-v1.json', type: 'ShardFile', module: 'src/record/shard.ts', title: 'shard.json of a shard' },
  { file: 'shards-v1.json', type: 'ShardsFile', module: 'src/record/shard.ts', title: 'shards.json of a merged run' },
  {
    file: 'rows-v2.json',
    type: 'RecordRows',
    module: 'src/record/rows.ts',
    title: 'One line of each NDJSON file of a run, by the name of the file',
  },
  {
    file: 'experiment-v1.json',
    type: 'ExperimentFile',
    module: 'src/record/experiment.ts',
    title: 'experiment.json of an experiment',
  },
  {
    file: 'comparison-v1.json',
    type: 'Comparison',
    module: 'src/compare/types.ts',
    title: 'comparison.json of an experiment or of runs',
  },
  { file: 'gate-v2.json', type: 'GateFile', module: 'src/gate/evaluate.ts', title: 'gate.json of a run' },
  {
    file: 'comparison-gate-v1.json',
    type: 'ComparisonGateFile',
    module: 'src/export/comparison-gate.ts',
    title: 'gate.json of an experiment or of runs that were compared',
  },
  {
    file: 'baseline-v1.json',
    type: 'BaselineFile',
    module: 'src/record/baseline.ts',
    title: 'A stored baseline',
  },
  {
    file: 'calibration-v1.json',
    type: 'CalibrationFile',
    module: 'src/record/baseline.ts',
    title: 'A stored calibration',
  },
];

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);

/** Files parsed once for all programs. */
const parsed = new Map();
const disk = ts.createCompilerHost(options);
const host = {
  ...disk,
  getSourceFile: (path, version) => {
    if (!parsed.has(path)) parsed.set(path, disk.getSourceFile(path, version));
    return parsed.get(path);
  },
};

/** The text of one published schema. */
export function schemaText({ type: name, module, title }) {
  // A program of its own: in which order the words of a union are listed depends on what else is in the program.
  const program = ts.createProgram(
    [ROOT + module],
    { ...options, incremental: false, tsBuildInfoFile: undefined },
    host,
  );
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(ROOT + module);
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).find((each) => each.name === name);
  const definitions = new Definitions(checker);
  const root = definitions.objectOf(checker.getDeclaredTypeOfSymbol(exported));
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...root,
    $defs: Object.fromEntries([...definitions.byName].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

class Definitions {
  byName = new Map();
  #typeOf = new Map();

  constructor(checker) {
    this.checker = checker;
  }

  /** Schema of a type: a reference where the type has a name of its own. */
  of(type) {
    const name = this.#nameOf(type);
    if (name === undefined) return this.#inline(type);
    if (!this.#typeOf.has(name)) {
      this.#typeOf.set(name, type);
      this.byName.set(name, {});
      this.byName.set(name, { ...this.#describe(type.aliasSymbol ?? type.symbol), ...this.#inline(type) });
    }
    if (this.#typeOf.get(name) !== type) throw new Error(`Two types are named ${name}: rename one of them.`);
    return { $ref: `#/$defs/${name}` };
  }

  objectOf(type) {
    const properties = {};
    const required = [];
    for (const property of this.checker.getPropertiesOfType(type)) {
      const valueType = this.checker.getTypeOfSymbol(property);
      properties[property.name] = { ...this.#describe(property), ...this.of(valueType) };
      if ((property.flags & ts.SymbolFlags.Optional) === 0) required.push(property.name);
    }
    const index = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    return {
      type: 'object',
      properties,
      required,
      additionalProperties: index === undefined ? false : this.of(index.type),
    };
  }

  #inline(type) {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (type.isLiteral()) return { const: type.value };
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: type.intrinsicName === 'true' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    if (flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (type.isUnion()) return this.#union(type.types);
    if (this.checker.isTupleType(type)) {
      const prefixItems = this.checker.getTypeArguments(type).map((each) => this.of(each));
      return { type: 'array', prefixItems, items: false, minItems: prefixItems.length };
    }
    if (this.checker.isArrayLikeType(type)) return { type: 'array', items: this.of(this.#itemOf(type)) };
    if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return this.objectOf(type);
    throw new Error(`No JSON Schema for the type ${this.checker.typeToString(type)}.`);
  }

  #union(types) {
    const present = types.filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0);
    const literals = present.filter((each) => each.isLiteral()).map(({ value }) => value);
    const booleans = present.filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
    const others = present.filter((each) => !each.isLiteral() && !(each.flags & ts.TypeFlags.BooleanLiteral));
    const alternatives = [
      ...(literals.length > 0 ? [{ enum: literals }] : []),
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : booleans.map((each) => this.#inline(each))),
      ...others.map((each) => this.of(each)),
    ];
    return alternatives.length === 1 ? alternatives[0] : { anyOf: alternatives };
  }

  #itemOf(type) {
    return this.checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  }

  /** The name of an own interface or alias without type arguments. */
  #nameOf(type) {
    const symbol = type.aliasSymbol ?? (type.isClassOrInterface() ? type.symbol : undefined);
    const own = symbol?.declarations?.some((each) => each.getSourceFile().fileName.startsWith(`${ROOT}src/`));
    const plain = (type.aliasTypeArguments ?? []).length === 0 && (type.typeParameters ?? []).length === 0;
    return own && plain ? symbol.name : undefined;
  }

  #describe(symbol) {
    const text = ts.displayPartsToString(symbol?.getDocumentationComment(this.checker) ?? []);
    return text === '' ? {} : { description: text.replaceAll(/\s+/g, ' ') };
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  for (const schema of SCHEMAS) {
    const path = `${ROOT}schema/${schema.file}`;
    const text = schemaText(schema);
    if (!check) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) {
      console.error(`${schema.file} does not follow its type.\nhint: write it with "npm run schema"`);
      process.exitCode = 1;
    }
  }
}
