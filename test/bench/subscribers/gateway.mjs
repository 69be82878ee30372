// The gateway under test, in a process of its own, so that only its own CPU time and memory are measured.
import { startGateway } from '../../../scripts/bench/start-gateway.mjs';
import { answerRequests, measureProcess, profileCommands } from './process-measures.mjs';

const gateway = await startGateway(process.argv[2]);

answerRequests({ ...profileCommands, measure: measureProcess, close: () => gateway.close() });
process.send(new URL(gateway.origin).host);
