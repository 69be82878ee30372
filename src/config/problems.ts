import type { Path } from './path.js';

/** One problem of the configuration. It never contains a value of the file, which may be a secret. */
export interface ConfigurationProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;
  /** For example `sources[2].credentials.token`; empty for a problem of the text as a whole. */
  readonly path: string;
  /** What was expected. */
  readonly message: string;
}

/**
 * Thrown when the configuration cannot be used. It has all problems, in the order of the file; the message has one line for
 * each: `file:line:column: path: what was expected`.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'CONFIGURATION_INVALID';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

function formatProblem(problem: ConfigurationProblem): string {
  const position = `${problem.file}:${problem.line}:${problem.column}`;
  return [position, ...(problem.path === '' ? [] : [problem.path]), problem.message].join(': ');
}

/** A problem before its line and column are looked up. */
export interface ValueProblem {
  readonly path: Path;
  /** Whether the key or its value is wrong. */
  readonly at: 'key' | 'value';
  /** What was expected; never a value of the file. */
  readonly message: string;
}
