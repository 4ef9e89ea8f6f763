/** Words of the list of presets. */
export const presetText = {
  title: "Presets",
  browse: "Browse",
  browseTitle: "Browse presets (p)",
  search: "Search presets",
  found: (n: number, of: number): string =>
    n === of
      ? `${String(of)} presets`
      : `${String(n)} of ${String(of)} presets`,
  none: "No preset mentions all of these words.",
  question: "Question",
  answer: "Answer",
  waiting: "The answer shows when the run ends.",
  reveal: "Show it now",
  open: (title: string): string => `Open ${title}`,
  here: "open now",
} as const;
