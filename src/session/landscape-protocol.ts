/** The loss along one mode, as the page draws it. Types only. */

export interface Landscape {
  /** Index of the lane. */
  readonly lane: number;
  readonly name: string;
  /** From 0. */
  readonly mode: number;
  /** Of the modes with any variance. */
  readonly theta: readonly number[];
  /** Of the optimum; 0 where the mode is dead. */
  readonly omega: number;
  /** Null before the first measurement. */
  readonly measured: number | null;
  /** KL weight at which the two minima are one. */
  readonly meeting: number;
  /** Nats above the collapsed state. */
  readonly loss: (u: number) => number;
}
