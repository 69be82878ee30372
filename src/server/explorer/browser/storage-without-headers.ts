/** The part of the Web Storage interface that GraphiQL asks for. */
export interface KeyValueStorage {
  readonly length: number;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
}

/**
 * GraphiQL keeps the request headers of each operation in its history, whatever `shouldPersistHeaders` says. Headers carry
 * credentials, so none is written to the disk of a browser.
 */
export function storageWithoutHeaders(storage: KeyValueStorage): KeyValueStorage {
  return {
    get length() {
      return storage.length;
    },
    getItem: (key) => storage.getItem(key),
    setItem: (key, value) => storage.setItem(key, withoutHeaders(key, value)),
    removeItem: (key) => storage.removeItem(key),
    clear: () => storage.clear(),
  };
}

function withoutHeaders(key: string, value: string): string {
  if (key === 'graphiql:headers') return '';
  if (!/^graphiql:(queries|favorites|tabState)$/.test(key)) return value;
  return JSON.stringify(JSON.parse(value, (name, inner: unknown) => (name === 'headers' ? null : inner)));
}
