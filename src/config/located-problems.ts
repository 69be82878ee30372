import type { ConfigurationProblem } from './configuration-error.js';
import type { Finding } from './finding.js';
import { pathAndAbove, pathKey, pathText } from './path.js';
import type { Place } from './plain-values.js';
import type { YamlText } from './yaml-text.js';

/** Problems of the text and findings in its values, each once, in the order of the file. */
export function locatedProblems(
  file: string,
  yaml: YamlText,
  places: ReadonlyMap<string, Place>,
  findings: readonly Finding[],
): readonly ConfigurationProblem[] {
  const all = [
    ...yaml.problems.map(({ offset, message }) => ({ offset, path: '', message })),
    ...findings.map((finding) => ({
      offset: offsetOf(finding, places),
      path: pathText(finding.hidesName === true ? finding.path.slice(0, -1) : finding.path),
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
function offsetOf({ path, at }: Finding, places: ReadonlyMap<string, Place>): number {
  for (const [levels, candidate] of pathAndAbove(path).entries()) {
    const place = places.get(pathKey(candidate));
    if (place !== undefined) return levels === 0 && at === 'key' ? place.key : place.value;
  }
  return 0;
}
