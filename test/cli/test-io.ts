import type { Io } from '../../src/cli/io.js';

/** What a command wrote, and the process it believes to run in: with one file, `tributary.yaml`, and those that it writes. */
export function createTestIo(text: string): {
  readonly io: Io;
  readonly out: string[];
  readonly err: string[];
  readonly files: Map<string, string>;
} {
  const files = new Map<string, string>();
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readFile: (path) => files.get(path) ?? text,
    writeFile: (path, content) => void files.set(path, content),
    exists: (path) => files.has(path) || path.endsWith('tributary.yaml'),
    fileVersion: (path) => files.get(path) ?? text,
    isWritableByOthers: () => false,
    isErrTerminal: false,
    notices: [],
    onWarning: () => undefined,
    environment: {},
    now: Date.now,
    explorerFolder: 'dist/explorer',
    version: '0.0.0',
  };
  return { io, out, err, files };
}
