/** Whether the outermost object of a JSON text has a name twice; JSON.parse would take the last silently. */
export function hasRepeatedName(json: string): boolean {
  const names = new Set<string>();
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/gsu)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && token.endsWith(':')) {
      const name = nameIn(token);
      if (names.has(name)) return true;
      names.add(name);
    }
  }
  return false;
}

/** `"sub"` and `"\u0073ub"` are one name. */
function nameIn(token: string): string {
  const text = token.slice(0, -1).trimEnd();
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
