// Runs every cell of the fault matrix over real sockets, prints the table and writes it to test/faults/MATRIX.md.
// `npm run matrix` takes some minutes; `npm run matrix -- 7` runs it with the seed 7 instead of 1.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const seed = process.argv[2] ?? '1';
const folder = mkdtempSync(join(tmpdir(), 'tributary-matrix-'));
const args = [
  'jest',
  '--testPathIgnorePatterns',
  '/node_modules/',
  '--testTimeout',
  '120000',
  '--maxWorkers',
  '2',
  'test/faults/full',
  'test/upstream/policy/schedules',
];
const { status } = spawnSync('npx', args, {
  stdio: 'inherit',
  env: {
    TRIBUTARY_SCHEDULES: '10000',
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    TRIBUTARY_MATRIX_RESULTS: folder,
    TRIBUTARY_MATRIX_SEED: seed,
  },
});

const operations = ['list', 'get', 'mutation', 'subscription'];
const kinds = ['catalog', 'astra', 'vcf'];
const oracles = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O8'];
// Without prlimit there is no fault 38.
const files = [...kinds, 'process'].map((name) => join(folder, `${name}.json`)).filter((file) => existsSync(file));
const cells = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
const pairs = JSON.parse(readFileSync(join(folder, 'pairs.json'), 'utf8'));
rmSync(folder, { recursive: true });
const names = {
  ...Object.fromEntries(cells.map(({ fault, name }) => [fault, name])),
  38: 'the process itself: signals, disk, descriptors',
};

const findCell = (fault, kind, operation) =>
  cells.find((cell) => cell.fault === fault && cell.kind === kind && cell.operation === operation);
const tally = { held: 0, broken: 0, none: 0, notRun: 0 };
const table = Object.entries(names).flatMap(([number, name]) =>
  operations.map(
    (operation) =>
      `| ${number} | ${name} | ${operation} | ${kinds.map((kind) => formatCell(findCell(Number(number), kind, operation))).join(' | ')} |`,
  ),
);

const text = `# The fault matrix

Written by \`npm run matrix\` with the seed ${seed}, over real sockets: a gateway in front of three simulated planes and a fourth
without faults, one of them behind a proxy that injects the fault in the first column. The deadline of a source is 1 s here.

${tally.held} cells hold, ${tally.broken} do not, ${tally.none} do not exist (–: the fault does not apply to the operation or plane), ${tally.notRun} were not run.
${pairs.filter(({ broken }) => broken.length === 0).length} of ${pairs.length} pairs of faults on two planes hold: each fault with each class of faults, each with each pair of planes.

Each cell has the outcome of the operation and the oracles that held; \`·\` is one that does not apply, \`✗\` one that was violated:
1 the operation ended within its deadline · 2 all tasks of the planes without faults were listed · 3 every source was listed once · 4 at most
one action was sent (two after a 401) · 5 no rejection stayed unhandled · 6 no secret leaked, and no request went to another origin ·
7 sockets and timers were as before · 8 the circuit breaker was in the expected state. The outcome is compared with the allowed ones, too.
A failing cell is run once more, because the deadlines are short.

Sources without actions reject one before anything is sent. A 2xx status means that the plane accepted the action, whatever its body says.
An action may take three deadlines: the task is read, the action sent, and the task read again.
Fault 38 concerns the process itself, in three consecutive processes with one store, each time while the operation waits for its plane: the
first is stopped for 1 s, runs out of file descriptors and gets SIGTERM; the second is killed (-9); the third reconciles, and has a full disk.

| F | fault | operation | Catalog | Astra | VCF |
| --- | --- | --- | --- | --- | --- |
${table.join('\n')}

## Pairs

| fault | with fault | outcome | |
| --- | --- | --- | --- |
${pairs.map(({ one, other, outcomes, broken }) => `| ${one.join(' ')} | ${other.join(' ')} | ${outcomes.join(', ')} | ${broken.length === 0 ? 'holds' : `✗ ${broken.join('; ')}`} |`).join('\n')}
`;
process.stdout.write(text);
writeFileSync(new URL('../test/faults/MATRIX.md', import.meta.url), text);
process.exitCode = status ?? 1;

function formatCell(cell) {
  if (cell === undefined) {
    tally.notRun += 1;
    return 'not run';
  }
  if (cell.outcome === null) {
    tally.none += 1;
    return '–';
  }
  const isGood = Object.keys(cell.broken).length === 0;
  tally[isGood ? 'held' : 'broken'] += 1;
  const digits = oracles.map((oracle, index) => (cell.silent.includes(oracle) ? '·' : oracle in cell.broken ? '✗' : index + 1)).join('');
  return `${cell.broken.outcome === undefined ? '' : '✗ '}${cell.outcome} \`${digits}\``;
}
