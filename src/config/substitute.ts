/** A text with its variables filled in, and what was wrong with them. */
export interface Substituted {
  readonly text: string;
  /** What was expected, one a wrong variable. */
  readonly expected: readonly string[];
}

/**
 * Replaces `${NAME}` by the variable of the environment and `$$` by a dollar; any other dollar stays. What is filled in
 * is not looked at again. The name of a variable is shown in messages, its value never.
 */
export function substitute(text: string, environment: Readonly<Record<string, string | undefined>>): Substituted {
  const expected: string[] = [];
  const filled = text.replace(reference, (whole: string, name: string | undefined) => {
    if (whole === '$$') return '$';
    if (name === undefined) {
      expected.push('expected ${NAME}, a name of letters, digits and _; a dollar before { is written $$');
      return whole;
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) expected.push(`expected the environment variable ${name}, which is not set`);
    return value ?? whole;
  });
  return { text: filled, expected };
}

const reference = /\$\$|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g;
