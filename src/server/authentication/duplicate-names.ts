/**
 * Strings with the colon behind the names among them, and brackets. A string that does not end reaches to the end of the text: if it did not
 * match, the search would begin again at each quote in it, and take time that grows with the square of the length.
 */
const stringOrBracket = /"(?:[^"\\]|\\.)*(?:"(?:\s*:)?|\\?$)|[{}[\]]/gsu;

/** Whether the outermost object of a JSON text has a name twice; JSON.parse would silently take the last. */
export function hasDuplicateName(json: string): boolean {
  return findDuplicateName(json) !== null;
}

/** The first name that the outermost object of a JSON text has twice; null where it has none. */
export function findDuplicateName(json: string): string | null {
  const names = new Set<string>();
  let depth = 0;
  for (const [token] of json.matchAll(stringOrBracket)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && token.endsWith(':')) {
      const name = readName(token);
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return null;
}

/** `"sub"` and `"\u0073ub"` are one name. */
function readName(token: string): string {
  const text = token.slice(0, -1).trimEnd();
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
