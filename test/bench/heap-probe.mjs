// Loaded into the gateway with --expose-gc and --import where its memory is measured: any message is answered with the bytes of live objects.
import process from 'node:process';

process.on('message', () => {
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ liveBytes: heapUsed + arrayBuffers });
});
