// Runs every cell of the fault matrix over real sockets, prints the table and writes it to test/faults/MATRIX.md.
// `npm run matrix` takes some minutes; `npm run matrix -- 7` takes another seed than 1.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const seed = process.argv[2] ?? '1';
const folder = mkdtempSync(join(tmpdir(), 'tributary-matrix-'));
const words = [
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
const { status } = spawnSync('npx', words, {
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
const files = [...kinds, 'own'].map((name) => join(folder, `${name}.json`)).filter((file) => existsSync(file));
const cells = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
const pairs = JSON.parse(readFileSync(join(folder, 'pairs.json'), 'utf8'));
rmSync(folder, { recursive: true });
const names = {
  ...Object.fromEntries(cells.map(({ fault, name }) => [fault, name])),
  38: 'the process itself: signals, disk, descriptors',
};

const cellOf = (fault, kind, operation) => cells.find((cell) => cell.fault === fault && cell.kind === kind && cell.operation === operation);
const tally = { held: 0, broken: 0, none: 0, notMade: 0 };
const table = Object.entries(names).flatMap(([number, name]) =>
  operations.map(
    (operation) =>
      `| ${number} | ${name} | ${operation} | ${kinds.map((kind) => said(cellOf(Number(number), kind, operation))).join(' | ')} |`,
  ),
);

const text = `# The fault matrix

Written by \`npm run matrix\` with the seed ${seed}, over real sockets: a gateway in front of three simulated planes and a fourth that is well,
one of them behind a proxy in which everything goes wrong that is in the first column. The deadline of a source is 1 s here.

${tally.held} cells hold, ${tally.broken} do not, ${tally.none} cannot be (–: the fault has no such operation, or the plane no such call), ${tally.notMade} are not made here.
${pairs.filter(({ broken }) => broken.length === 0).length} of ${pairs.length} pairs of faults on two planes hold: each fault with each class of faults, each with each couple of planes.

Each cell says what came of the operation, and which oracles held; \`·\` is one that says nothing of this cell, \`✗\` one that is broken:
1 it ended by the deadline · 2 the tasks of the planes that are well were all there · 3 every source was named once · 4 at most one action was
sent (two after a 401) · 5 no rejection was left unhandled · 6 nothing secret was said, and no other origin was asked · 7 sockets and timers
were as before · 8 the circuit breaker was as foreseen. What comes of an operation is itself compared with what may.
A cell in which something is broken is run once more, because the deadlines are short: what is broken twice is broken.

The planes without actions refuse one before anything is sent. A 2xx is the plane's word that it took an action, whatever its body says.
An action may take three deadlines: the task is read before, the action sent, the task read again.
Fault 38 is what the process itself suffers, in three lives with one store, each time while the operation waits for its plane: it stands still
for 1 s, has no descriptor left, and gets SIGTERM; the next one is killed (-9); the last one finds out what became of it, and has a full disk.

| F | fault | operation | Catalog | Astra | VCF |
| --- | --- | --- | --- | --- | --- |
${table.join('\n')}

## Pairs

| fault | with fault | came of it | |
| --- | --- | --- | --- |
${pairs.map(({ one, other, outcomes, broken }) => `| ${one.join(' ')} | ${other.join(' ')} | ${outcomes.join(', ')} | ${broken.length === 0 ? 'holds' : `✗ ${broken.join('; ')}`} |`).join('\n')}
`;
process.stdout.write(text);
writeFileSync(new URL('../test/faults/MATRIX.md', import.meta.url), text);
process.exitCode = status ?? 1;

function said(cell) {
  if (cell === undefined) {
    tally.notMade += 1;
    return 'not made';
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
