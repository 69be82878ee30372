/** Keys and places from the root of the configuration to a value. */
export type Path = readonly (string | number)[];

/** For people: `sources[2].credentials.token`. */
export function formatConfigurationPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = plainName.test(step) ? step : JSON.stringify(step.length > longestName ? `${step.slice(0, longestName)}…` : step);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

/** For maps and sets: equal for equal paths. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** The path, then every path above it, up to the root. */
export function pathWithAncestors(path: Path): readonly Path[] {
  return Array.from({ length: path.length + 1 }, (_, cut) => path.slice(0, path.length - cut));
}

const plainName = /^[\w$-]{1,60}$/;
const longestName = 60;
