// The job, asked for five times as often as the gateway can answer it: with other variables each time, and everything is read anew, so that
// no answer is kept and no read is older than the request.
import { measureOverload } from '../../../scripts/bench/overload.mjs';
import { contenders } from '../contenders.mjs';
import { buildVariedJobs } from '../job.mjs';
import { readUsage } from '../processes.mjs';
import { buildTable, digits } from '../tables.mjs';
import { toRequest, withContenders } from '../world.mjs';

const name = 'Tributary anew, memory, keys';

export const overload = {
  title: 'Five times the capacity',
  measure: ({ load, seconds, node }) =>
    withContenders({ chosen: { [name]: contenders[name] }, node }, async ({ planes, running: [{ url, headers, server }] }) => {
      const requests = buildVariedJobs(planes.started.catalogIds).map((body) => toRequest(url, body));
      const send = async (kind, options) => {
        const result = await load.request({ kind, url, requests, headers, ...options });
        if (result.failure !== undefined) throw new Error(result.failure);
        return result;
      };
      return measureOverload(send, { seconds: 2 * seconds, rounds: 3, readCpuMs: () => readUsage(server.pid).cpuMs });
    }),
  describe: ({ capacity, answered, refused, unsent, goodput, worstGoodput, cpuGoodput, success, refusal }) =>
    buildTable(
      [name, ''],
      [
        ['capacity, answers a second', digits(capacity)],
        ['at five times the capacity: answers a second', digits(answered)],
        ['… refused with 503 a second', digits(refused)],
        ['… not sent a second, because 2,000 connections were busy', digits(unsent)],
        ['goodput, median of three rounds; worst', `${digits(goodput)} %; ${digits(worstGoodput)} %`],
        ['the same of a second of processor time, median', `${digits(cpuGoodput)} %`],
        ['an answer after, median; p99', `${digits(success.medianMs)}; ${digits(success.p99Ms)} ms`],
        ['a 503 after, median; p99', `${digits(refusal.medianMs)}; ${digits(refusal.p99Ms)} ms`],
      ],
    ),
};
