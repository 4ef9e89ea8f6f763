/** Words of figures, sharing, classroom links and exports; loaded with the elements that say them. */
export const figureText = {
  label: "Live figure",
  lens: "What is shown",
  modes: "Modes",
  units: "Units",
  full: "Open full",
  fullTitle: "Opens this experiment in the whole lab, in a new tab",
  step: (step: string, steps: string) => `${step} / ${steps}`,
  notStarted: (steps: string) => `predicted; ${steps} steps to run`,
  loading: "Starting",
  failed: "This experiment cannot run here.",
  noTheory: "Press play: there is nothing to draw before training.",
  klAxis: "KL of each unit, nats",
} as const;
