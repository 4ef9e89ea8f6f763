/** Words of where time and memory go. */
export const profileText = {
  title: "Where the time goes",
  measure: "Measure again",
  measuring: "Measuring",
  none: "Nothing has run yet.",
  speed: "Speed",
  speedValue: (rate: string): string => `${rate} steps/s`,
  chunk: "Steps a submit",
  engine: "Engine",
  memory: "Buffers on the device",
  features: "Features",
  noFeatures: "none of those it uses",
  kernel: "Kernel",
  dispatches: "a step",
  time: "µs a step",
  share: "share",
  caption: (steps: number): string =>
    steps === 1
      ? "GPU time of one step, all lanes"
      : `GPU time of ${String(steps)} steps, all lanes`,
  note: "Each kernel ran in a pass of its own, so the sum is more than a step takes. The run goes on from the state it had.",
  noTimes: {
    cpu: "The CPU engine trains in float64 in a worker; it has no kernels to time.",
    device:
      "This browser's graphics device has no timestamps, so the time of each kernel cannot be told.",
  },
  limits: "Limits of the device",
} as const;
