import { dirname, isAbsolute, join } from 'node:path';

/** The keys and indexes from the root of the configuration to a value. */
export type Path = readonly (string | number)[];

/** As messages show it: `sources[2].credentials.token`. */
export function formatConfigurationPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = plainName.test(step) ? step : JSON.stringify(step.length > longestName ? `${step.slice(0, longestName)}…` : step);
    return text === '' ? name : `${text}.${name}`;
  }, '');
}

const plainName = /^[\w$-]{1,60}$/;
const longestName = 60;

/** A key for maps and sets, equal for equal paths. */
export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

/** The path and all paths above it, from itself to the root. */
export function pathWithAncestors(path: Path): readonly Path[] {
  return Array.from({ length: path.length + 1 }, (_, cut) => path.slice(0, path.length - cut));
}

/** A path that the configuration names: absolute, or relative to the folder of the configuration file. */
export function resolveBesideFile(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}
