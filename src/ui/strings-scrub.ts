/** Words of looking back at a run. */
export const scrubText = {
  label: "Step shown",
  help: "Drag back to look at earlier steps",
  value: (shown: number, step: number, steps: number): string =>
    shown === step
      ? `step ${String(step)} of ${String(steps)}`
      : `looking at step ${String(shown)}; the run is at step ${String(step)} of ${String(steps)}`,
  looking: (shown: number, steps: number): string =>
    `At step ${String(shown)} of ${String(steps)}`,
  uses: (modes: number, of: number): string =>
    `uses ${String(modes)} of ${String(of)}`,
  branch: "Go on from here",
  branchTitle:
    "Goes back to this step with the settings of now; what came after is given up",
  back: (step: number): string => `Back to step ${String(step)}`,
  branched: (step: number, of: number): string =>
    `Went on from step ${String(step)}; steps to ${String(of)} were given up.`,
} as const;
