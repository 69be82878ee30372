// Loaded into the gateway with --import where its event loop is measured. A message "start" begins; "stop" is answered with the longest block.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';

const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });

process.on('message', (message) => {
  if (message === 'start') {
    delay.reset();
    delay.enable();
  } else delay.disable();
  process.send({ longestMs: Math.max(0, delay.max / 1e6 - resolutionMs) });
});
