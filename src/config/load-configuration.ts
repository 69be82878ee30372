import { dirname, isAbsolute, join } from 'node:path';

import type { SourceModule } from '../task/source/source-module.js';
import type { Configuration } from './configuration.js';
import { ConfigurationError } from './configuration-error.js';
import { contradictions } from './contradictions.js';
import { expectation } from './expectation.js';
import type { Finding } from './finding.js';
import { locatedProblems } from './located-problems.js';
import { pathAndAbove, pathKey } from './path.js';
import { plainValues } from './plain-values.js';
import { reconcile } from './reconcile.js';
import { configurationSchema } from './schema/configuration-schema.js';
import { schemaFindings } from './schema-findings.js';
import { unchosenSources } from './unchosen-sources.js';
import { readYamlText } from './yaml-text.js';

export interface ConfigurationInput {
  /** Its path: for messages, and because relative paths in it begin in its folder. */
  readonly file: string;
  readonly text: string;
  /** For `${NAME}`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of a file; called for every `<key>File`. What it throws is told as a problem of that key. */
  readFile(path: string): string;
  /** The kinds of sources that there are; at least one. */
  readonly modules: readonly SourceModule[];
}

/** Reads a configuration. Throws a ConfigurationError that tells everything that is wrong, and never anything else. */
export function loadConfiguration(input: ConfigurationInput): Configuration {
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(dirname(input.file), path));
  const yaml = readYamlText(input.text.replace(/^\uFEFF/, ''));
  if (yaml.document === null) throw new ConfigurationError(locatedProblems(input.file, yaml, new Map(), []));

  const plain = plainValues(yaml.document, input.environment);
  const root = plain.value ?? {};
  const schema = configurationSchema(input.modules);
  const reconciled = reconcile(schema, root, (path) => input.readFile(inFolder(path)));
  const parsed = schema.safeParse(root, { error: expectation });

  const misfits = (parsed.success ? [] : schemaFindings([...parsed.error.issues, ...unchosenSources(root, input.modules)], root)).map(
    (finding) => ({
      ...finding,
      path: reconciled.movedFrom.get(pathKey(finding.path)) ?? finding.path,
    }),
  );
  const findings = [plain.findings, reconciled.findings, misfits, contradictions(root)].reduce((first, later) => [
    ...first,
    ...withoutConsequences(first, later),
  ]);
  const problems = locatedProblems(input.file, yaml, plain.places, findings);
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(problems);

  const { store } = parsed.data;
  return { ...parsed.data, store: store.kind === 'sqlite' ? { ...store, path: inFolder(store.path) } : store };
}

/** Leaves out what is said of a value that is known to be wrong already. */
function withoutConsequences(first: readonly Finding[], later: readonly Finding[]): readonly Finding[] {
  const told = new Set(first.filter(({ at }) => at === 'value').map(({ path }) => pathKey(path)));
  return later.filter(({ path }) => !pathAndAbove(path).some((above) => told.has(pathKey(above))));
}
