import type { ExampleOperation } from './example-operation.js';

/** A tab as GraphiQL stores it; it expects every field when it reads them back. */
interface StoredTab {
  readonly id: string;
  readonly title: string;
  readonly query: string | null;
  readonly variables: string | null;
  readonly headers: string | null;
  readonly operationName: string | null;
  readonly response: string | null;
}

interface StoredTabs {
  readonly tabs: readonly StoredTab[];
  readonly activeTabIndex: number;
}

/** The text of each example when it was last shown, by file. */
export type ShownOperations = Readonly<Record<string, string>>;

/**
 * Merges new examples into the user's tabs: a new file is a new tab at the end, a file that changed replaces its tab unless that was
 * edited, and a tab that was closed stays closed. Null where there are no readable stored tabs: GraphiQL then starts with its defaults.
 */
export function mergeTabs(
  storedTabs: string | null,
  shown: ShownOperations,
  operations: readonly ExampleOperation[],
  newId: () => string,
): string | null {
  const stored = readTabs(storedTabs);
  if (stored === null) return null;
  const changed = operations.filter(({ file, query }) => Object.hasOwn(shown, file) && shown[file] !== query);
  const tabs = stored.tabs.map((tab) => {
    const newer = changed.find(({ file }) => shown[file] === tab.query);
    return newer === undefined ? tab : { ...tab, title: newer.name, operationName: newer.name, query: newer.query };
  });
  const added = operations.filter(({ file }) => !Object.hasOwn(shown, file)).map((operation) => createTab(operation, newId()));
  return JSON.stringify({ ...stored, tabs: [...tabs, ...added] });
}

/** What is stored so that the next visit can tell new examples from closed ones. */
export function recordShownOperations(operations: readonly ExampleOperation[]): ShownOperations {
  return Object.fromEntries(operations.map(({ file, query }) => [file, query]));
}

function createTab({ name, query, variables }: ExampleOperation, id: string): StoredTab {
  return { id, title: name, query, variables, headers: null, operationName: name, response: null };
}

function readTabs(text: string | null): StoredTabs | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isStoredTabs(value) ? value : null;
  } catch {
    return null; // GraphiQL starts with its defaults when it cannot read them either.
  }
}

function isStoredTabs(value: unknown): value is StoredTabs {
  return typeof value === 'object' && value !== null && 'tabs' in value && Array.isArray(value.tabs) && 'activeTabIndex' in value;
}

/** The part of the Web Storage interface that GraphiQL uses. */
interface KeyValueStorage {
  readonly length: number;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
}

/**
 * A storage that never keeps request headers. GraphiQL stores those of each operation in its history, whatever `shouldPersistHeaders`
 * says, and headers carry credentials, which must not be written to the disk of a browser.
 */
export function createHeaderlessStorage(storage: KeyValueStorage): KeyValueStorage {
  return {
    get length() {
      return storage.length;
    },
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => storage.setItem(key, removeHeaders(key, value)),
    removeItem: (key) => storage.removeItem(key),
    clear: () => storage.clear(),
  };
}

function removeHeaders(key: string, value: string): string {
  if (key === 'graphiql:headers') return '';
  if (!/^graphiql:(queries|favorites|tabState)$/.test(key)) return value;
  return JSON.stringify(JSON.parse(value, (name, inner: unknown) => (name === 'headers' ? null : inner)));
}
