import { assumeKinds } from './assume-kinds.js';
import { checkSourcesWithoutKind, describeExpectation, findContradictions, findSchemaProblems } from './check-values.js';
import type { Configuration, ConfigurationInput } from './configuration.js';
import { type ParsedYaml, parseYamlText, type TextOffsets, toPlainValues } from './parse-yaml.js';
import { formatConfigurationPath, type Path, pathKey, pathWithAncestors, resolveBesideFile } from './path.js';
import { ConfigurationError, type ConfigurationProblem, type ValueProblem } from './problems.js';
import { readTextFile, resolveKeys } from './resolve-keys.js';
import { configurationSchema } from './schema/configuration-schema.js';

/**
 * Parses and validates the text of a configuration. Throws a ConfigurationError with all problems, and nothing else.
 *
 * 1. The text is parsed as YAML.
 * 2. The document becomes plain values: aliases are resolved and variables substituted.
 * 3. Sources of an unknown kind get the kind that was probably meant.
 * 4. Keys are resolved: unknown ones are reported, and `<key>File` is replaced by the content of the file.
 * 5. The schema checks the values and fills in the defaults.
 * 6. Rules between keys are checked.
 * 7. All problems get the line and the column at which they stand.
 */
export function loadConfiguration({ file, text, environment, readFile, modules }: ConfigurationInput): Configuration {
  const yaml = parseYamlText(text);
  if (yaml.document === null) throw new ConfigurationError(locateProblems(file, yaml, new Map(), [], new Set()));
  const plain = toPlainValues(yaml.document, environment);
  const root = plain.value ?? {};
  const kindProblems = assumeKinds(root, modules);
  const schema = configurationSchema(modules);
  const keys = resolveKeys(schema, root, (path) => readFile(resolveBesideFile(file, path)));
  const parsed = schema.safeParse(root, { error: describeExpectation });
  const issues = parsed.success ? [] : [...parsed.error.issues, ...checkSourcesWithoutKind(root, modules)];
  const [schemaProblems = [], contradictions = []] = [findSchemaProblems(issues, root), findContradictions(root, readFile)].map(
    (problems) => problems.map((problem) => ({ ...problem, path: keys.originalPaths.get(pathKey(problem.path)) ?? problem.path })),
  );
  const found = [plain.problems, kindProblems, keys.problems, schemaProblems, contradictions];
  const problems = locateProblems(file, yaml, plain.offsets, found.reduce(addIndependentProblems), keys.hiddenKeys);
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);

  const { store } = parsed.data;
  return { ...parsed.data, store: store.kind === 'sqlite' ? { ...store, path: resolveBesideFile(file, store.path) } : store };
}

/** Reads the file and loads it. A file that cannot be read is a ConfigurationError too. */
export function readConfiguration(input: Omit<ConfigurationInput, 'text'>): Configuration {
  let text = '';
  const read = readTextFile(input.file, (path) => (text = input.readFile(path)));
  if ('expected' in read) throw new ConfigurationError([{ file: input.file, line: 1, column: 1, path: '', message: read.expected }]);
  return loadConfiguration({ ...input, text });
}

/** Adds the problems of a later phase, except those of a value that is already known to be wrong. */
function addIndependentProblems(known: readonly ValueProblem[], later: readonly ValueProblem[]): readonly ValueProblem[] {
  const wrongValues = new Set(known.filter(({ at }) => at === 'value').map(({ path }) => pathKey(path)));
  return [...known, ...later.filter(({ path }) => !pathWithAncestors(path).some((ancestor) => wrongValues.has(pathKey(ancestor))))];
}

/** The problems of the text and of its values, without repetitions, in the order of the file. */
function locateProblems(
  file: string,
  yaml: ParsedYaml,
  offsets: ReadonlyMap<string, TextOffsets>,
  valueProblems: readonly ValueProblem[],
  hiddenKeys: ReadonlySet<string>,
): readonly ConfigurationProblem[] {
  const all = [
    ...yaml.problems.map(({ offset, message }) => ({ offset, path: '', message })),
    ...valueProblems.map((problem) => ({
      offset: findOffset(problem, offsets),
      path: formatConfigurationPath(removeHiddenKeys(problem.path, hiddenKeys)),
      message: problem.message,
    })),
  ];
  const distinct = [...new Map(all.map((problem) => [JSON.stringify(problem), problem])).values()].toSorted((a, b) => a.offset - b.offset);
  const rest = distinct.slice(maxProblems);
  const summary = rest.slice(0, 1).map(({ offset }) => ({ offset, path: '', message: `and ${rest.length} more, from here on` }));
  return [...distinct.slice(0, maxProblems), ...summary].map(({ offset, path, message }) => ({
    file,
    ...yaml.position(offset),
    path,
    message,
  }));
}

/** The path up to the first key in it that no message may show. */
function removeHiddenKeys(path: Path, hiddenKeys: ReadonlySet<string>): Path {
  const hidden = pathWithAncestors(path).findLast((ancestor) => hiddenKeys.has(pathKey(ancestor)));
  return hidden === undefined ? path : hidden.slice(0, -1);
}

/** The maximum number of reported problems. */
const maxProblems = 100;

/** Where a problem stands; a missing value is reported where the object or list begins that lacks it. */
function findOffset({ path, at }: ValueProblem, offsets: ReadonlyMap<string, TextOffsets>): number {
  for (const [levels, candidate] of pathWithAncestors(path).entries()) {
    const found = offsets.get(pathKey(candidate));
    if (found !== undefined) return levels === 0 && at === 'key' ? found.key : found.value;
  }
  return 0;
}
