import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { build } from 'esbuild';

/** A web server of somebody else, with one empty page that runs a script. */
export interface TestPage {
  readonly origin: string;
  close(): Promise<void>;
}

/** `script` is bundled as a front-end developer would; it imports from `tributary-gateway/client`. */
export async function servePage(script: string): Promise<TestPage> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: process.cwd() },
    alias: { 'tributary-gateway/client': './src/client/index.ts' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const server = createServer(({ url }, response) => {
    if (url === '/page.js') response.setHeader('content-type', 'text/javascript').end(outputFiles[0]?.contents);
    else
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><title>Page</title><body><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
