/** What the page is told of where a run's time and memory go. Types only. */
import type { KernelTime } from "../engine/profile.ts";

export type { KernelTime };

export interface ProfileReadout {
  /** Steps a submit. */
  readonly chunkSteps: number;
  /** Steps that `kernels` are the times of, all lanes together. */
  readonly steps: number;
  /** Null where there are no timestamps: on the CPU, and on devices without. */
  readonly kernels: readonly KernelTime[] | null;
  /** None on the CPU. */
  readonly device: {
    readonly adapter: string;
    readonly tier: "hardware" | "software";
    /** Of all buffers, null if unknown. */
    readonly bytes: number | null;
    readonly features: readonly string[];
    readonly limits: readonly {
      readonly name: string;
      readonly value: number;
    }[];
  } | null;
}
