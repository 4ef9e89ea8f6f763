/** The worker's side of seeds: one lane's at a time, on the engine of the run. */
import type { Gpu } from "../engine/gpu.ts";
import type { Run } from "./run.ts";
import { runSeeds, type SeedsOptions } from "./seeds.ts";
import type { SeedsReadout } from "./seeds-protocol.ts";

const UNHEARD = "unheard";

export class SeedsHost {
  readonly #tell: (seeds: SeedsReadout) => void;
  #stop = new AbortController();
  #underWay: Promise<void> = Promise.resolve();

  constructor(tell: (seeds: SeedsReadout) => void) {
    this.#tell = tell;
  }

  /** Resolves when it is over; replaces those of another lane. */
  run(
    { inputs, evaluators }: Pick<Run, "inputs" | "evaluators">,
    of: Pick<SeedsOptions, "lane" | "count" | "prediction">,
    gpu: Gpu | null,
  ): Promise<void> {
    this.#stop.abort();
    const stop = new AbortController();
    this.#stop = stop;
    const input = inputs[of.lane];
    this.#underWay = this.#underWay.then(() =>
      runSeeds({
        ...of,
        input,
        gpu,
        passes: () => evaluators.of(input),
        tell: (seeds) => {
          if (stop.signal.reason !== UNHEARD) this.#tell(seeds);
        },
        signal: stop.signal,
      }),
    );
    return this.#underWay;
  }

  /** Resolves when nothing of it is under way any more. */
  cancel(): Promise<void> {
    this.#stop.abort();
    return this.#underWay;
  }

  /** The same where the experiment is no longer theirs: they are not heard of again. */
  drop(): Promise<void> {
    this.#stop.abort(UNHEARD);
    return this.#underWay;
  }
}
