import { dirname, isAbsolute, join } from 'node:path';

import { checkSourcesWithoutKind, describeExpectation, findContradictions, findSchemaProblems } from './check-values.js';
import { type Configuration, ConfigurationInput } from './configuration.js';
import { type ParsedYaml, parseYamlText, type TextOffsets, toPlainValues } from './parse-yaml.js';
import { formatConfigurationPath, pathKey, pathWithAncestors } from './path.js';
import { ConfigurationError, type ConfigurationProblem, type ValueProblem } from './problems.js';
import { readTextFile, resolveKeys } from './resolve-keys.js';
import { configurationSchema } from './schema/configuration-schema.js';

/** Reads a configuration. Throws a ConfigurationError that tells everything that is wrong, and never anything else. */
export function loadConfiguration(input: ConfigurationInput): Configuration {
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(dirname(input.file), path));
  const yaml = parseYamlText(input.text.replace(/^\uFEFF/, ''));
  if (yaml.document === null) throw new ConfigurationError(locateProblems(input.file, yaml, new Map(), []));

  const plain = toPlainValues(yaml.document, input.environment);
  const root = plain.value ?? {};
  const schema = configurationSchema(input.modules);
  const reconciled = resolveKeys(schema, root, (path) => input.readFile(inFolder(path)));
  const parsed = schema.safeParse(root, { error: describeExpectation });

  const misfits = (
    parsed.success ? [] : findSchemaProblems([...parsed.error.issues, ...checkSourcesWithoutKind(root, input.modules)], root)
  ).map((finding) => ({
    ...finding,
    path: reconciled.originalPaths.get(pathKey(finding.path)) ?? finding.path,
  }));
  const findings = [plain.problems, reconciled.problems, misfits, findContradictions(root)].reduce((first, later) => [
    ...first,
    ...dropConsequences(first, later),
  ]);
  const problems = locateProblems(input.file, yaml, plain.offsets, findings);
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);

  const { store } = parsed.data;
  return { ...parsed.data, store: store.kind === 'sqlite' ? { ...store, path: inFolder(store.path) } : store };
}

/** Leaves out what is said of a value that is known to be wrong already. */
function dropConsequences(first: readonly ValueProblem[], later: readonly ValueProblem[]): readonly ValueProblem[] {
  const told = new Set(first.filter(({ at }) => at === 'value').map(({ path }) => pathKey(path)));
  return later.filter(({ path }) => !pathWithAncestors(path).some((above) => told.has(pathKey(above))));
}

/** Reads the file and loads it. A file that cannot be read is a ConfigurationError too. */
export function readConfiguration(input: Omit<ConfigurationInput, 'text'>): Configuration {
  let text = '';
  const read = readTextFile(input.file, (path) => (text = input.readFile(path)));
  if ('expected' in read) throw new ConfigurationError([{ file: input.file, line: 1, column: 1, path: '', message: read.expected }]);
  return loadConfiguration({ ...input, text });
}

/** Problems of the text and findings in its values, each once, in the order of the file. */
export function locateProblems(
  file: string,
  yaml: ParsedYaml,
  places: ReadonlyMap<string, TextOffsets>,
  findings: readonly ValueProblem[],
): readonly ConfigurationProblem[] {
  const all = [
    ...yaml.problems.map(({ offset, message }) => ({ offset, path: '', message })),
    ...findings.map((finding) => ({
      offset: findOffset(finding, places),
      path: formatConfigurationPath(finding.hidesKey === true ? finding.path.slice(0, -1) : finding.path),
      message: finding.message,
    })),
  ];
  const distinct = [...new Map(all.map((problem) => [JSON.stringify(problem), problem])).values()].toSorted((a, b) => a.offset - b.offset);
  const left = distinct.slice(maxProblems);
  const more = left.slice(0, 1).map(({ offset }) => ({ offset, path: '', message: `and ${left.length} more, from here on` }));
  return [...distinct.slice(0, maxProblems), ...more].map(({ offset, path, message }) => ({
    file,
    ...yaml.position(offset),
    path,
    message,
  }));
}

/** More than anybody reads. */
const maxProblems = 100;

/** Of what is not written: the place of what it is missing in. */
function findOffset({ path, at }: ValueProblem, places: ReadonlyMap<string, TextOffsets>): number {
  for (const [levels, candidate] of pathWithAncestors(path).entries()) {
    const place = places.get(pathKey(candidate));
    if (place !== undefined) return levels === 0 && at === 'key' ? place.key : place.value;
  }
  return 0;
}
