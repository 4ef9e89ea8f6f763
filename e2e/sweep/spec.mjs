/** What a file for `npm run sweep` says, checked; and errors in words. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** @typedef {import("../../src/experiment/config.ts").ExperimentConfig} ExperimentConfig */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepSpec} SweepSpec */
/**
 * @typedef {Omit<Partial<SweepSpec>, "config"> & Pick<SweepSpec, "axes"> & {
 *   readonly link?: string, readonly config?: unknown, readonly data?: string, readonly labels?: string
 * }} SweepFile
 */

const EXAMPLE = '[{ "field": "beta", "values": [0.5, 1, 2] }]';

/** @type {Readonly<Record<string, readonly [(value: unknown) => boolean, string]>>} */
const KEYS = {
  link: [isText, "an experiment's link"],
  config: [isObject, "an experiment as { base, lanes }"],
  axes: [(value) => isList(value, isAxis), `a list such as ${EXAMPLE}`],
  seeds: [
    (value) => isList(value, Number.isSafeInteger),
    "a list of whole numbers such as [7, 8]",
  ],
  likelihoodSamples: [isCount, "a whole number from 0 on"],
  steps: [isCount, "a whole number"],
  data: [isText, "the path of a file"],
  labels: [isText, "the path of a file"],
};

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string";
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/**
 * @param {unknown} value
 * @param {(one: unknown) => boolean} is
 */
function isList(value, is) {
  return Array.isArray(value) && value.length > 0 && value.every(is);
}

/** @param {unknown} value */
function isAxis(value) {
  if (!isObject(value)) return false;
  const { field, values } =
    /** @type {{ readonly field?: unknown, readonly values?: unknown }} */ (
      value
    );
  return isText(field) && isList(values, Number.isFinite);
}

/**
 * Paths in it count from its own folder.
 *
 * @param {string} path
 * @returns {SweepFile}
 */
export function readSpec(path) {
  if (!existsSync(path)) throw new Error(`There is no file "${path}".`);
  /** @type {unknown} */
  let file;
  try {
    file = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${wordsOf(error)}`, { cause: error });
  }
  if (!isObject(file))
    throw new Error(
      `${path} is no sweep: expected { "link": "#v=1&...", "axes": ${EXAMPLE} }.`,
    );
  const spec = /** @type {Record<string, unknown>} */ (file);
  for (const [key, value] of Object.entries(spec)) {
    if (!(key in KEYS))
      throw new Error(
        `${path} has "${key}", which a sweep does not have: expected ${Object.keys(KEYS).join(", ")}.`,
      );
    const [is, expected] = KEYS[key];
    if (!is(value))
      throw new Error(
        `"${key}" of ${path} is ${JSON.stringify(value)}: expected ${expected}.`,
      );
  }
  if (spec.axes === undefined)
    throw new Error(`${path} has no "axes": expected ${KEYS.axes[1]}.`);
  if ((spec.link === undefined) === (spec.config === undefined))
    throw new Error(
      spec.link === undefined
        ? `${path} has neither "link" nor "config": expected an experiment's link.`
        : `${path} has both "link" and "config": expected one of them.`,
    );
  const known = /** @type {SweepFile} */ (/** @type {unknown} */ (spec));
  const at = (/** @type {string} */ given) => resolve(dirname(path), given);
  return {
    ...known,
    ...(known.data !== undefined && { data: at(known.data) }),
    ...(known.labels !== undefined && { labels: at(known.labels) }),
  };
}

/**
 * The experiment on a file that was opened, or as it is.
 *
 * @param {ExperimentConfig} config
 * @param {Extract<ExperimentConfig["base"]["data"], { kind: "file" }> | null} file
 * @returns {ExperimentConfig}
 */
export function onFile(config, file) {
  const { data } = config.base;
  if (data.kind !== "file")
    return file ? { ...config, base: { ...config.base, data: file } } : config;
  if (!file)
    throw new Error(
      `The experiment trains on the file "${data.name}": give its path as "data" beside the axes, or with --data.`,
    );
  if (data.hash !== file.hash)
    throw new Error(
      `The experiment trains on the file "${data.name}" of ${String(data.bytes)} bytes, and "${file.name}" of ${String(file.bytes)} bytes is another one.`,
    );
  return config;
}

/**
 * What an error says, without where in the page it was thrown.
 *
 * @param {unknown} error
 */
export function wordsOf(error) {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^page\.evaluate: (?:\w*Error: )?/, "")
    .replace(/\n\s+at [^]*$/, "");
}
