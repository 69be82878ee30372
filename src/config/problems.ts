import type { Path } from './path.js';

/** One thing that is wrong in the configuration. It never holds a value of the file, which may be a secret. */
export interface ConfigurationProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** For example `sources[2].credentials.token`; empty where it is about the text as a whole. */
  readonly path: string;
  /** What was expected. */
  readonly message: string;
}

/**
 * Thrown when the configuration cannot be used. It tells all problems at once, in the order of the file; the message has
 * one a line: `file:line:column: path: what was expected`.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

function formatProblem(problem: ConfigurationProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return [place, ...(problem.path === '' ? [] : [problem.path]), problem.message].join(': ');
}

/** Something wrong, before its place in the text is looked up. */
export interface ValueProblem {
  readonly path: Path;
  /** Whether it is the key that is wrong, or its value. */
  readonly at: 'key' | 'value';
  /** True when the last step of the path may be a piece of a secret; it is not shown then. */
  readonly hidesKey?: boolean;
  /** What was expected; never a value of the file. */
  readonly message: string;
}
