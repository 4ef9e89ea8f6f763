/** Words of a KL schedule's points. */
export const scheduleText = {
  point: (number: number, label: string) =>
    `Point ${String(number)}${label === "" ? "" : ` of ${label}`}`,
  value: (step: string, factor: string) => `factor ${factor} at step ${step}`,
  help: "Drag, or arrow keys: left and right move the step, up and down the factor; Delete removes it",
  add: "Add a point",
  remove: "Remove the last",
} as const;
