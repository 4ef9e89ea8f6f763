/** Sentences with numbers in bold and lanes in their colors. */
import { html, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { laneClass } from "./lane-text.ts";
import type { Segment } from "./story.ts";

export function rich(segments: readonly Segment[]): TemplateResult[] {
  return segments.map((segment) =>
    segment.strong
      ? html`<b
          class=${classMap(segment.lane === undefined ? {} : { "lane-text": true, [laneClass(segment.lane)]: true })}
          >${segment.text}</b
        >`
      : html`${segment.text}`,
  );
}
