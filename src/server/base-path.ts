import type { IncomingMessage, Server } from 'node:http';

/**
 * Lets a server answer below a path too, such as `/tributary`, for a proxy that keeps the path in what it forwards. The same routes
 * stay reachable without it: for a proxy that removes the path, and for health checks that do not come through the proxy.
 */
export function acceptBasePath(server: Server, basePath: string): Server {
  if (basePath === '') return server;
  const remove = (request: IncomingMessage): void => {
    request.url = removeBasePath(request.url ?? '', basePath);
  };
  // Before anything else looks at the address, such as the guards.
  return server.prependListener('request', remove).prependListener('upgrade', remove);
}

/** The base path alone stays: the pages have relative addresses, so that it has to be redirected to its form with a slash. */
function removeBasePath(url: string, basePath: string): string {
  return url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url;
}
