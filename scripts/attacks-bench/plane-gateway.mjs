/**
 * A gateway in a child process, in front of planes of its parent. Argument: its configuration as JSON. It answers each message with the
 * largest figures since the one before: resident memory in MB, and milliseconds for which the event loop was blocked.
 */
import 'reflect-metadata';

import { startGateway } from '../bench/start-gateway.mjs';
import { readThreadMs } from '../bench/thread-time.mjs';

const gateway = await startGateway(process.argv[2]);
process.send(gateway.origin);

let peak = { rssMb: 0, blockMs: 0 };
let last = readClocks();
// Neither time that other processes took nor the work of other threads counts: the smaller of both clocks.
setInterval(() => {
  const now = readClocks();
  const blockMs = Math.min(now.wallMs - last.wallMs, now.threadMs - last.threadMs);
  last = now;
  peak = { rssMb: Math.max(peak.rssMb, process.memoryUsage.rss() / 1024 / 1024), blockMs: Math.max(peak.blockMs, blockMs) };
}, 2);

process.on('message', () => {
  process.send({ rssMb: Math.round(peak.rssMb), blockMs: Math.round(peak.blockMs) });
  peak = { rssMb: 0, blockMs: 0 };
});

function readClocks() {
  return { wallMs: performance.now(), threadMs: readThreadMs() };
}
