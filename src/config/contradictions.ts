import type { Finding } from './finding.js';
import { isJsonObject } from '../task/scalars/json-object.js';
import { isLoopback } from './loopback.js';
import { type Path, pathText } from './path.js';

/** What is wrong only in the light of something else. It looks at values as written, so that it speaks even when other things are wrong. */
export function contradictions(root: unknown): readonly Finding[] {
  if (!isJsonObject(root)) return [];
  const auth = isJsonObject(root['auth']) ? root['auth'] : {};
  return [
    ...openToOthers(root['server'], auth['mode']),
    ...repeated(root['sources'], ['sources'], 'name'),
    ...repeated(auth['keys'], ['auth', 'keys'], 'id'),
  ];
}

function openToOthers(server: unknown, mode: unknown): readonly Finding[] {
  const host = isJsonObject(server) ? server['host'] : undefined;
  if (mode !== 'none' || typeof host !== 'string' || isLoopback(host)) return [];
  return [{ path: ['server', 'host'], at: 'value', message: 'expected a loopback address, such as 127.0.0.1, because auth.mode is none' }];
}

/** Elements of a list that have the same text under a key as one before them. */
function repeated(list: unknown, path: Path, key: string): readonly Finding[] {
  const first = new Map<string, number>();
  return (Array.isArray(list) ? list : []).flatMap((element: unknown, index): readonly Finding[] => {
    const value = isJsonObject(element) ? element[key] : undefined;
    if (typeof value !== 'string') return [];
    const earlier = first.get(value);
    if (earlier !== undefined)
      return [
        { path: [...path, index, key], at: 'value', message: `expected another ${key} than that of ${pathText([...path, earlier])}` },
      ];
    first.set(value, index);
    return [];
  });
}
