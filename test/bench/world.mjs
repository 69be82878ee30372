// One set of planes, and the contenders in front of it.
import { existsSync } from 'node:fs';

import { buildGetPath, buildJob } from './job.mjs';
import { startScript } from './processes.mjs';

/** Whether the packages of the folder `contenders` are installed. */
export const isInstalled = existsSync(new URL('contenders/node_modules/.installed-lock.json', import.meta.url));

/**
 * Starts planes with `count` tasks in each list and the `chosen` contenders, runs `use`, and stops everything. `use` gets { planes, running }: the
 * planes, and what runs, each as `startContender` describes it. `onAbsent` is called with the name of each optional contender that did not start,
 * and why. `node` is the program that runs the contenders, and `execArgv` further arguments of those that are gateways.
 */
export async function withContenders({ count = 100, chosen, node, execArgv, onAbsent = () => undefined }, use) {
  const planes = await startScript('planes.mjs', [{ count }], { core: 'other' });
  const running = [];
  try {
    // Those that are given an answer start after those that give one.
    for (const needsAnswer of [false, true]) {
      const entries = Object.entries(chosen).filter(([, contender]) => (contender.needsAnswer ?? false) === needsAnswer);
      const answer = needsAnswer && entries.length > 0 ? await askReference(running) : null;
      for (const [name, contender] of entries) {
        try {
          running.push(await startContender(name, contender, { planes, node, execArgv, answer }));
        } catch (error) {
          if (contender.isOptional !== true) throw new Error(`${name} did not start.`, { cause: error });
          onAbsent(name, error.message);
        }
      }
    }
    return await use({ planes, running });
  } finally {
    await Promise.all([...running.map(({ server }) => server.kill()), planes.kill()]);
  }
}

/** The answer of the first contender that gives the data, with which the others are compared. */
export async function askReference(running) {
  const reference = running.find(({ gives, needsAnswer }) => gives === 'data' && !needsAnswer);
  if (reference === undefined) throw new Error('No contender was chosen that gives the data.');
  return (await ask(reference)).text;
}

/**
 * Starts one contender: its process, its URL, the token by which the planes know it, and the requests that it is sent; an entry of
 * `contenders` has the rest.
 */
async function startContender(name, contender, { planes, node, execArgv, answer }) {
  const token = name.replaceAll(/\W+/g, '-');
  const server = await contender.start({ ...planes.started, token }, { node, execArgv, answer });
  const { url } = server.started;
  const body = contender.buildBody?.(planes.started) ?? buildJob(planes.started.catalogIds);
  const headers = { 'content-type': 'application/json', ...contender.headers };
  const running = { ...contender, name, server, url, token, headers, requests: [toRequest(url, body, contender.method)] };
  if (contender.revalidates) {
    const { etag } = await ask(running);
    if (etag === null) {
      await server.kill();
      throw new Error('It sends no ETag.');
    }
  }
  return running;
}

/** One request for the load generator. */
export function toRequest(url, body, method = 'POST') {
  const { pathname } = new URL(url);
  return method === 'GET' ? { method, path: buildGetPath(pathname, body) } : { method, path: pathname, body };
}

/** Sends the first request of a contender; resolves with the text and the ETag of the answer. */
export async function ask({ url, headers, requests: [{ method, path, body }] }) {
  const response = await fetch(new URL(path, url), { method, headers, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return { text, etag: response.headers.get('etag') };
}

/** Sets how the planes behave, and resolves with the number of requests of each contender since the last time. */
export async function readCalls(planes, settings = {}) {
  const calls = await planes.request(settings);
  return ({ token }) => calls[`Bearer ${token}`] ?? 0;
}
