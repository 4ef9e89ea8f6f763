/** What a theorem says of a lane. Types only. Lists follow the data's modes, theta descending. */

export interface Prediction {
  /** Data singular values of the first k modes (zero-padded when k exceeds the rank). */
  readonly theta: readonly number[];
  /** A mode survives iff theta_i > threshold_i. */
  readonly threshold: readonly number[];
  /** Singular values of the decoder U. */
  readonly omega: readonly number[];
  /** Singular values of W A^(1/2), paired with theta (not sorted). */
  readonly lambda: readonly number[];
  /** Encoder std paired with mode i. */
  readonly std: readonly number[];
  /** Average KL in nats along mode i. */
  readonly klPerUnit: readonly number[];
  /**
   * Whether theory says that each mode ends on a unit of its own (learnable, or distinct fixed
   * stds). If false only the sum of `klPerUnit` is fixed, not its split over units.
   */
  readonly unitsAligned: boolean;
  readonly activeUnits: number;
  readonly collapsedUnits: number;
  /** Minimal loss and its terms, true nats per example. */
  readonly loss: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Where the statement is proven, for citation. */
  readonly source: string;
}

export type Verdict =
  "waiting" | "settling" | "at-theory" | "away" | "diverged";
