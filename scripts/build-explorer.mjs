/**
 * Builds the explorer and the landing page into dist/explorer:
 *
 *   explorer.html, landing.html, demo.html    the pages
 *   assets/<name>-<hash>.<ending>  scripts, style, icon and the three workers of the editor; the hash is of the content
 *
 * Everything is served from the gateway's own origin: no CDN, no inline script, no eval. Every address is relative, so that the pages
 * also work below a path of a proxy.
 */
import { build } from 'esbuild';
import { parse } from 'graphql';
import { readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const browser = join(root, 'src/server/explorer/browser');
const pageNames = ['explorer', 'landing', 'demo'];
/** The explorer has a folder of its own. */
const sourceFile = (name) => join(browser, name.startsWith('explorer.') ? 'explorer' : '', name);
const operationsFolder = join(root, 'schema/operations');
const output = join(root, 'dist/explorer');
const assetsFromPage = './explorer/assets/';

const shared = {
  absWorkingDir: root,
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  entryNames: '[name]-[hash]',
  // The notices of what is bundled lie beside it, for who ships it; they are not served.
  legalComments: 'external',
  logLevel: 'warning',
  metafile: true,
  minify: true,
  outdir: join(output, 'assets'),
  // `graphql` names both a CommonJS and an ES entry. With .mjs first its folders give the ES one too: one copy, one realm.
  resolveExtensions: ['.tsx', '.ts', '.mjs', '.js', '.css', '.json'],
  target: 'es2022',
};

const workers = await build({
  ...shared,
  entryPoints: {
    'editor-worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json-worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql-worker': 'monaco-graphql/esm/graphql.worker.js',
  },
  format: 'iife',
});
const workerFile = (name) => outputNamed(workers, new RegExp(`^${name}-worker-[A-Z0-9]+\\.js$`));

const pages = await build({
  ...shared,
  chunkNames: 'chunk-[hash]',
  entryPoints: [...pageNames.flatMap((name) => [`${name}.ts`, `${name}.css`]), 'icon.svg'].map((name) => sourceFile(name)),
  format: 'esm',
  loader: { '.svg': 'copy' },
  plugins: [
    virtualModule(
      'tributary:workers',
      // Workers lie beside the script that starts them.
      `const beside = (file) => new URL(file, import.meta.url).href;
       export const workers = { editor: beside('${workerFile('editor')}'), json: beside('${workerFile('json')}'), graphql: beside('${workerFile('graphql')}') };`,
    ),
    virtualModule('tributary:operations', `export const operations = ${JSON.stringify(await readOperations())};`),
    withoutEditorStyle(),
  ],
  // GraphiQL makes the accessible names of its icons from the names of functions.
  keepNames: true,
  splitting: true,
});

await assertOneGraphQL(workers, pages);
await compress();
for (const name of pageNames) await writeFile(join(output, `${name}.html`), await withBuiltNames(`${name}.html`));
await removeStale();

/** The page with the names of its sources replaced by the addresses of what was built from them. */
async function withBuiltNames(page) {
  const html = await readFile(sourceFile(page), 'utf8');
  return html.replace(/(?<=(?:href|src)=")\.\/([\w-]+\.(?:ts|css|svg))(?=")/g, (_, source) => {
    const built = Object.entries(pages.metafile.outputs).find(
      ([, { entryPoint, inputs }]) => resolve(root, entryPoint ?? Object.keys(inputs)[0] ?? '') === sourceFile(source),
    );
    if (built === undefined) throw new Error(`${page} names ${source}, which is not built.`);
    return assetsFromPage + basename(built[0]);
  });
}

/** Reads before actions, what runs without typing before what needs variables; by name within. */
async function readOperations() {
  const files = (await readdir(operationsFolder)).sort();
  const operations = await Promise.all(
    files.filter((file) => file.endsWith('.graphql')).map((file) => readOperation(file.slice(0, -'.graphql'.length), files)),
  );
  const rank = ({ type, variables }) => 2 * ['query', 'subscription', 'mutation'].indexOf(type) + (variables === null ? 0 : 1);
  return operations.sort((a, b) => rank(a) - rank(b));
}

async function readOperation(file, files) {
  const query = await readFile(join(operationsFolder, `${file}.graphql`), 'utf8');
  const definition = parse(query).definitions.find(({ kind }) => kind === 'OperationDefinition');
  if (definition?.name === undefined) throw new Error(`schema/operations/${file}.graphql has no named operation.`);
  const variablesFile = `${file}.variables.json`;
  return {
    file,
    name: definition.name.value,
    type: definition.operation,
    question: leadingParagraph(query),
    query,
    variables: files.includes(variablesFile) ? await readFile(join(operationsFolder, variablesFile), 'utf8') : null,
  };
}

function leadingParagraph(query) {
  const [paragraph = ''] = /^(?:#[^\n]*\S[^\n]*\n)*/.exec(query) ?? [];
  return paragraph
    .split('\n')
    .map((line) => line.replace(/^#\s*/, ''))
    .filter((line) => line !== '')
    .join(' ');
}

function virtualModule(name, contents) {
  return {
    name,
    setup(plugin) {
      plugin.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: 'tributary' }));
      plugin.onLoad({ filter: new RegExp(`^${name}$`), namespace: 'tributary' }, () => ({ contents }));
    },
  };
}

/** graphiql/style.css already holds the style of the editor: a second copy would only be slower. */
function withoutEditorStyle() {
  return {
    name: 'without-editor-style',
    setup(plugin) {
      plugin.onLoad({ filter: /monaco-editor[\\/].*\.css$/ }, () => ({ contents: '', loader: 'js' }));
    },
  };
}

/**
 * Two copies of graphql in one bundle fail at run time with "another module or realm"; this fails the build instead. Files are
 * compared by where they really are: node_modules may be a link, and then names its files from elsewhere.
 */
async function assertOneGraphQL(...results) {
  const own = (await realpath(join(root, 'node_modules/graphql'))) + sep;
  for (const { metafile } of results) {
    const inputs = Object.keys(metafile.inputs).filter((input) => input.includes('node_modules/graphql/'));
    const files = await Promise.all(inputs.map((input) => realpath(resolve(root, input))));
    const foreign = files.filter((file) => !file.startsWith(own) || !file.endsWith('.mjs'));
    if (foreign.length > 0) throw new Error(`A second copy of graphql is in the bundle: ${foreign.slice(0, 3).join(', ')}`);
  }
}

function outputNamed({ metafile }, pattern) {
  const name = Object.keys(metafile.outputs)
    .map((file) => basename(file))
    .find((file) => pattern.test(file));
  if (name === undefined) throw new Error(`Nothing was built that is named like ${pattern}.`);
  return name;
}

/** Beside each file that shrinks by it: the editor is large, and not every reader sits on the same machine. */
async function compress() {
  for (const file of builtFiles()) {
    const content = await readFile(join(output, 'assets', file));
    if (content.length > 1024 && !file.endsWith('.txt'))
      await writeFile(join(output, 'assets', `${file}.gz`), gzipSync(content, { level: 9 }));
  }
}

function builtFiles() {
  return [workers, pages].flatMap(({ metafile }) => Object.keys(metafile.outputs).map((file) => basename(file)));
}

/** Last, so that a page that is being loaded finds its files until the new ones are all there. */
async function removeStale() {
  const built = new Set(builtFiles());
  for (const file of await readdir(join(output, 'assets'))) {
    if (!built.has(file.replace(/\.gz$/, ''))) await rm(join(output, 'assets', file));
  }
}
