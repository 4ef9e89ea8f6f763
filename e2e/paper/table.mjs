/** A panel's rows as a table of text. */

/** @typedef {import("../../src/session/sweep-protocol.ts").SweepRow} SweepRow */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepSpec} SweepSpec */

/** @type {Readonly<Record<string, string>>} */
const SYMBOLS = {
  beta: "beta",
  beta2: "beta2",
  etaDec: "eta_dec",
  etaEnc: "eta_enc",
  correlation: "corr",
  std: "sigma",
  std2: "sigma2",
};

/**
 * @param {number} value
 * @param {number} digits after the point
 */
function fixed(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits) : "-";
}

/**
 * Counts of each level; of a linear model whose units share directions, directions in brackets.
 *
 * @param {SweepRow} row
 */
function activeText({ levels }) {
  return levels
    .map(({ activeUnits, activeModes, units }) =>
      activeModes === activeUnits
        ? `${String(activeUnits)}/${String(units)}`
        : `${String(activeUnits)}/${String(units)} (${String(activeModes)})`,
    )
    .join(" ");
}

/** @param {SweepRow} row */
function likelihoodText({ logLikelihood }) {
  if (!logLikelihood) return "-";
  const { mean, error, exact } = logLikelihood;
  const beside = exact === undefined ? "" : ` (exact ${fixed(exact, 2)})`;
  return `${fixed(mean, 2)} +- ${fixed(error, 2)}${beside}`;
}

/** @type {readonly (readonly [string, (row: SweepRow) => string])[]} */
const COLUMNS = [
  ["loss", ({ loss }) => fixed(loss, 2)],
  ["recon", ({ reconstruction }) => fixed(reconstruction, 2)],
  ["KL", ({ kl }) => fixed(kl, 3)],
  ["KL2", ({ kl2 }) => fixed(kl2, 3)],
  ["active", activeText],
  [
    "linear",
    ({ linear }) =>
      linear ? linear.activeUnits.map((n) => fixed(n, 0)).join(" ") : "-",
  ],
  [
    "collapsed@.01",
    ({ levels }) =>
      levels.map(({ collapsed }) => `${fixed(100 * collapsed, 0)}%`).join(" "),
  ],
  ["log-likelihood", likelihoodText],
];

/**
 * @param {SweepSpec} spec
 * @param {readonly SweepRow[]} rows
 */
export function tableOf({ axes, seeds, likelihoodSamples }, rows) {
  const shown = COLUMNS.filter(
    ([title]) =>
      (title !== "KL2" || rows.some(({ kl2 }) => kl2 !== 0)) &&
      (title !== "log-likelihood" || likelihoodSamples > 0),
  );
  const head = [
    ...axes.map(({ field }) => SYMBOLS[field] ?? field),
    ...(seeds.length > 1 ? ["seed"] : []),
    ...shown.map(([title]) => title),
  ];
  const body = rows.map((row) => [
    ...row.values.map(String),
    ...(seeds.length > 1 ? [String(row.seed)] : []),
    ...(row.diverged === null
      ? shown.map(([, cell]) => cell(row))
      : [`diverged at step ${String(row.diverged)}`]),
  ]);
  const widths = head.map((title, column) =>
    Math.max(
      title.length,
      ...body.map((cells) =>
        // What a diverged row says runs over the columns.
        cells.length < head.length ? 0 : cells[column].length,
      ),
    ),
  );
  return [head, ...body]
    .map((cells) =>
      cells.map((cell, column) => cell.padStart(widths[column])).join("  "),
    )
    .join("\n");
}
