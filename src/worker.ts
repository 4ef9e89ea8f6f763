/** Entry of the training worker. */
import * as Comlink from "comlink";
import { createWorkerEntry } from "./session/worker-entry.ts";

// Some browsers offer no WebGPU in workers; the property is then absent.
Comlink.expose(createWorkerEntry((navigator as { gpu?: GPU }).gpu));
