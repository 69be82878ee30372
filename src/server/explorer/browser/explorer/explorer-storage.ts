import type { ExampleOperation } from './example-operation.js';
import { type LinkedOperation, mayKeepVariables } from './explorer-link.js';

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

/** What the tabs are made of when the page opens. */
interface TabInputs {
  /** What GraphiQL has stored; null on the first visit. */
  readonly storedTabs: string | null;
  readonly shown: ShownOperations;
  /** Every example, as it is now. */
  readonly operations: readonly ExampleOperation[];
  /** The examples that a first visit opens. */
  readonly firstTabs: readonly ExampleOperation[];
  /** The operation of the link by which the page was opened. */
  readonly linked: LinkedOperation | null;
  readonly newId: () => string;
}

/**
 * The tabs to open: those of the last visit, else the first ones, and the operation of a link in a tab of its own, which is then the
 * active one. An example that changed since replaces its tab, unless that was edited.
 */
export function prepareTabs({ storedTabs, shown, operations, firstTabs, linked, newId }: TabInputs): string {
  const stored = readTabs(storedTabs) ?? { tabs: firstTabs.map((operation) => createTab(operation, newId())), activeTabIndex: 0 };
  const changed = operations.filter(({ file, query }) => Object.hasOwn(shown, file) && shown[file] !== query);
  const tabs = stored.tabs.map((tab) => {
    const newer = changed.find(({ file }) => shown[file] === tab.query);
    return newer === undefined ? tab : { ...tab, title: newer.name, operationName: newer.name, query: newer.query };
  });
  if (linked === null) return JSON.stringify({ ...stored, tabs });
  const open = tabs.findIndex(({ query, variables }) => query === linked.query && (variables ?? '') === (linked.variables ?? ''));
  if (open >= 0) return JSON.stringify({ ...stored, tabs, activeTabIndex: open });
  const title = linked.operationName ?? /^\s*(?:query|subscription|mutation)\s+(\w+)/m.exec(linked.query)?.[1] ?? 'From a link';
  const tab: StoredTab = { ...linked, id: newId(), title, headers: null, response: null };
  return JSON.stringify({ ...stored, tabs: [...tabs, tab], activeTabIndex: tabs.length });
}

/** What is stored so that the next visit can tell which examples changed. */
export function recordShownOperations(operations: readonly ExampleOperation[]): ShownOperations {
  return Object.fromEntries(operations.map(({ file, query }) => [file, query]));
}

function createTab({ name, query }: ExampleOperation, id: string): StoredTab {
  return { id, title: name, query, variables: null, headers: null, operationName: name, response: null };
}

function readTabs(text: string | null): StoredTabs | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isStoredTabs(value) ? value : null;
  } catch {
    return null;
  }
}

function isStoredTabs(value: unknown): value is StoredTabs {
  return (
    typeof value === 'object' &&
    value !== null &&
    'tabs' in value &&
    Array.isArray(value.tabs) &&
    value.tabs.length > 0 &&
    'activeTabIndex' in value
  );
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
 * A storage that never keeps request headers, nor the variables of mutations. GraphiQL stores those of each operation in its tabs and its
 * history, whatever `shouldPersistHeaders` says, and they carry credentials and passwords. What this page stored, it reads back whole.
 */
export function createSecretlessStorage(storage: KeyValueStorage): KeyValueStorage {
  const whole = new Map<string, string>();
  return {
    get length() {
      return storage.length;
    },
    getItem: (key) => whole.get(key) ?? storage.getItem(key),
    setItem: (key, value) => {
      storage.setItem(key, removeSecrets(key, value));
      whole.set(key, value);
    },
    removeItem: (key) => {
      whole.delete(key);
      storage.removeItem(key);
    },
    clear: () => {
      whole.clear();
      storage.clear();
    },
  };
}

function removeSecrets(key: string, value: string): string {
  if (key === 'graphiql:headers') return '';
  if (!/^graphiql:(queries|favorites|tabState)$/.test(key)) return value;
  return JSON.stringify(
    JSON.parse(value, (name, inner: unknown) => {
      if (name === 'headers') return null;
      return hasVariables(inner) && !mayKeepVariables(inner.query ?? '') ? { ...inner, variables: null } : inner;
    }),
  );
}

function hasVariables(value: unknown): value is { readonly query?: string | null; readonly variables: unknown } {
  return typeof value === 'object' && value !== null && 'variables' in value;
}
