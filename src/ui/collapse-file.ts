/**
 * A run as one file, `.collapse.json`: link, settings, series, final numbers. Opening it opens its
 * link; the rest is for people and programs. Pure.
 */
import { parseLink } from "../experiment/link.ts";
import { finalNumbers, seriesObject, type RunExport } from "./export-series.ts";

const FORMAT = "collapse-lab run";
export const COLLAPSE_SUFFIX = ".collapse.json";

export function writeCollapseFile(run: RunExport): string {
  const { state, link } = run;
  return `${JSON.stringify({
    format: FORMAT,
    version: 1,
    link,
    preset: state.preset,
    config: state.config,
    engine: state.engine,
    step: state.step,
    series: seriesObject(run),
    final: finalNumbers(state),
  })}\n`;
}

export function isCollapseFile(name: string): boolean {
  return name.toLowerCase().endsWith(COLLAPSE_SUFFIX);
}

/** The link of such a file, from "#" on. @throws Error in words for people */
export function readCollapseFile(text: string): string {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("It is not JSON: it may have been cut off on its way.");
  }
  const { format, link } = (file ?? {}) as Record<string, unknown>;
  if (format !== FORMAT || typeof link !== "string")
    throw new Error(
      `It is not a run of this lab: expected "format": "${FORMAT}" and a link.`,
    );
  const hash = link.slice(Math.max(0, link.indexOf("#")));
  if (parseLink(hash).read === 0)
    throw new Error("The link in it has no setting that can be read.");
  return hash;
}
