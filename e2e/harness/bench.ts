/** What benchmarks call in the page. */
import type { KernelTime } from "../../src/engine/profile.ts";
import { SAMPLED_BENCH_CASES } from "./sampled-bench.ts";
import { EXACT_BENCH_CASES } from "./exact-bench.ts";
import { MAP_BENCH_CASES } from "./map-bench.ts";
import { PEAK_BENCH_CASES } from "./peak-bench.ts";
import { SAMPLED_MAP_BENCH_CASES } from "./sampled-map-bench.ts";

export type BenchEngine = "webgpu" | "cpu";

/** One measurement. */
export interface BenchRun {
  readonly stepsPerSecond: number;
  /** Steps a submit. */
  readonly chunkSteps: number;
  /** Where the case is a single kernel. */
  readonly gflops?: number;
}

/** A case made ready on an engine: compiled, with its data resident. */
export interface BenchSession {
  run(): Promise<BenchRun>;
  /** Times of the kernels of one more step, where a step is many. */
  profile?(): Promise<KernelTime[]>;
  close(): void;
}

export interface BenchCase {
  /** For people, e.g. "linear VAE, D=32, d=8, B=128, sampled". */
  readonly label: string;
  readonly engines: readonly BenchEngine[];
  prepare(engine: BenchEngine): Promise<BenchSession>;
}

/** All cases, by the name `--case` takes. */
export const BENCH_CASES: Readonly<Record<string, BenchCase>> = {
  ...SAMPLED_BENCH_CASES,
  ...EXACT_BENCH_CASES,
  ...MAP_BENCH_CASES,
  ...SAMPLED_MAP_BENCH_CASES,
  ...PEAK_BENCH_CASES,
};

const sessions = new Map<string, BenchSession>();

/** Names, labels and engines of all cases. */
function benchCases(): {
  name: string;
  label: string;
  engines: readonly BenchEngine[];
}[] {
  return Object.entries(BENCH_CASES).map(([name, { label, engines }]) => ({
    name,
    label,
    engines,
  }));
}

/** One measurement of a case; the first call of a case prepares it. Throws on an unknown case. */
async function bench(of: {
  case: string;
  engine: BenchEngine;
}): Promise<BenchRun> {
  const key = `${of.case} ${of.engine}`;
  let session = sessions.get(key);
  if (session === undefined) {
    if (!Object.hasOwn(BENCH_CASES, of.case))
      throw new Error(
        `unknown case "${of.case}": expected one of ${Object.keys(BENCH_CASES).join(", ") || "(none yet)"}`,
      );
    session = await BENCH_CASES[of.case].prepare(of.engine);
    sessions.set(key, session);
  }
  return session.run();
}

/** Frees what a case holds. */
/** Of a case that is prepared; null where its kernels are not told apart. */
async function benchProfile(of: {
  case: string;
  engine: BenchEngine;
}): Promise<KernelTime[] | null> {
  const session = sessions.get(`${of.case} ${of.engine}`);
  return (await session?.profile?.()) ?? null;
}

function benchClose(of: { case: string; engine: BenchEngine }): void {
  const key = `${of.case} ${of.engine}`;
  sessions.get(key)?.close();
  sessions.delete(key);
}

export const benchHarness = { bench, benchCases, benchClose, benchProfile };
