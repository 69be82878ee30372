/**
 * Bundles the program with the packages that it uses into dist/main.js and dist/chunks:
 *
 *   main.js              what every command needs
 *   chunks/*.js          what only some commands, stores or settings need, loaded when they do
 *   third-party.txt      names, versions and licences of the packages in the bundle
 *
 * Without it a start reads more than a thousand files, which takes twice as long as all the rest of it. The compiler's output of the other
 * sources stays beside it, for scripts that import single modules.
 */
import { build } from 'esbuild';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const { metafile } = await build({
  absWorkingDir: root,
  banner: {
    // CommonJS packages in the bundle require the modules of Node.
    js: "import { createRequire as tributaryCreateRequire } from 'node:module';\nconst require = tributaryCreateRequire(import.meta.url);",
  },
  bundle: true,
  // V8 keeps the text of the program, with twice the memory where one character is outside of Latin-1.
  charset: 'ascii',
  chunkNames: 'chunks/[name]-[hash]',
  // Otherwise graphql looks for a second copy of itself with each `instanceof`; assertOneGraphQL rules that out. Apollo Server reads it, too,
  // but only for settings that are given.
  define: { 'process.env.NODE_ENV': '"production"', 'globalThis.process.env.NODE_ENV': '"production"' },
  entryPoints: { main: 'src/main.ts' },
  // libsql loads a file of its own for each platform; the others are optional, and not used.
  external: ['libsql', 'class-validator', 'pg-native'],
  format: 'esm',
  // The decorators need it, and chunks run before the file that imports them.
  inject: ['reflect-metadata'],
  // type-graphql makes names of types from those of classes, and errors carry the names of theirs.
  keepNames: true,
  legalComments: 'none',
  // So that a stack trace leads to a line that can be read.
  lineLimit: 160,
  logLevel: 'warning',
  metafile: true,
  minifySyntax: true,
  minifyWhitespace: true,
  outdir: 'dist',
  platform: 'node',
  plugins: [oneGraphQL()],
  sourcemap: true,
  sourcesContent: false,
  splitting: true,
  target: 'node20.19',
});

// A worker starts from a file of its own, beside the chunk that starts it.
copyFileSync(join(root, 'dist/store/sql/sqlite-worker.mjs'), join(root, 'dist/chunks/sqlite-worker.mjs'));

for (const file of Object.keys(metafile.outputs).filter((name) => name.endsWith('.js'))) escapeRegularExpressions(join(root, file));

const packages = findPackages(Object.keys(metafile.inputs));
assertOneGraphQL(packages);
writeFileSync(join(root, 'dist/third-party.txt'), packages.map(describePackage).join(`\n${'-'.repeat(80)}\n\n`));

/** esbuild leaves regular expressions as they are, which know the same escapes as texts. No text has such characters then. */
function escapeRegularExpressions(file) {
  const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const program = readFileSync(file, 'utf8');
  const escaped = program.replaceAll(/[\u0080-\uffff]/g, escape);
  if (escaped !== program) writeFileSync(file, escaped);
}

/** `import` and `require` would find different files of graphql, and two copies fail with "another module or realm". */
function oneGraphQL() {
  return {
    name: 'one-graphql',
    setup(plugin) {
      plugin.onResolve({ filter: /^graphql(\/|$)/ }, async ({ path, importer, resolveDir, pluginData }) => {
        if (pluginData === 'resolved') return undefined;
        const found = await plugin.resolve(path, { importer, resolveDir, kind: 'import-statement', pluginData: 'resolved' });
        return { path: found.path.replace(/\.js$/, '.mjs') };
      });
    },
  };
}

function findPackages(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? []);
  return [...new Set(folders)].sort().map((folder) => resolve(root, folder));
}

function assertOneGraphQL(folders) {
  const copies = folders.filter((folder) => folder.endsWith(`${sep}node_modules${sep}graphql`));
  const files = Object.keys(metafile.inputs).filter((input) => input.includes('node_modules/graphql/') && !input.endsWith('.mjs'));
  if (copies.length !== 1 || files.length > 0)
    throw new Error(`A second copy of graphql is in the bundle: ${[...copies, ...files].join(', ')}`);
}

function describePackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return `${name} ${version}, ${license}\n\n${text}\n`;
}
