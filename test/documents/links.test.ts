import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { expect, test } from '@jest/globals';

import { documents, readDocument } from '../support/documents.js';

/** Every Markdown file of the repository. */
const files = [
  ...documents,
  ...['schema', 'src', 'test', 'scripts'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
      .map((file) => join(folder, file)),
  ),
];

/** A document without its code blocks. */
function readProse(file: string): string {
  return readDocument(file).replaceAll(/^```[^]*?^```$/gm, '');
}

/** The anchors that GitHub generates for the headings. */
function listAnchors(file: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of readProse(file).matchAll(/^#+ (.*)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let count = 0;
    while (anchors.has(count === 0 ? anchor : `${anchor}-${count}`)) count += 1;
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}

/** Why a link is broken; null when it resolves. */
function checkLink(file: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(target)) return `${file}: there is no ${target}`;
  if (anchor === undefined) return null;
  if (!target.endsWith('.md') || statSync(target).isDirectory()) return `${file}: ${target} has no anchors`;
  return listAnchors(target).has(anchor) ? null : `${file}: ${target} has no heading #${anchor}`;
}

test.each(files)('every relative link and anchor of %s resolves', (file) => {
  const links = [...readProse(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
  expect(links.map((link) => checkLink(file, link)).filter((problem) => problem !== null)).toEqual([]);
});

test('the README and the index link to every page of docs', () => {
  const pages = readdirSync('docs').filter((file) => file.endsWith('.md') && file !== 'README.md');
  const [readme, index] = [readProse('README.md'), readProse('docs/README.md')];
  expect(pages.filter((page) => !readme.includes(`](docs/${page})`))).toEqual([]);
  expect(pages.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});
