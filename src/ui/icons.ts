/** Icons on a 16-unit grid, stroked in the text color. */
import { svg, html, type TemplateResult } from "lit";

const SHAPES = {
  play: svg`<path d="M5 3.2 12.5 8 5 12.8z" fill="currentColor" />`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2" />`,
  step: svg`<path d="M4 3.5 10 8l-6 4.5zM12.5 3.5v9" />`,
  restart: svg`<path d="M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.6v3.2h3.2" />`,
  dice: svg`<rect x="2.5" y="2.5" width="11" height="11" rx="2" /><path d="M5.6 5.6h.01M10.4 5.6h.01M8 8h.01M5.6 10.4h.01M10.4 10.4h.01" stroke-width="1.9" />`,
  half: svg`<circle cx="8" cy="8" r="5.5" /><path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />`,
  help: svg`<circle cx="8" cy="8" r="5.8" /><path d="M6.3 6.4a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.8.6-.8 1.2M8 11.3h.01" />`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" />`,
  ok: svg`<circle cx="8" cy="8" r="5.8" /><path d="m5.4 8.2 1.8 1.8 3.4-3.8" />`,
  moving: svg`<circle cx="8" cy="8" r="5.8" stroke-dasharray="2.4 2.15" />`,
  waiting: svg`<circle cx="8" cy="8" r="5.8" /><path d="M8 5v3l2 1.6" />`,
  away: svg`<path d="M8 2.6 14 13H2zM8 6.6v3.2M8 11.4h.01" />`,
  stopped: svg`<circle cx="8" cy="8" r="5.8" /><path d="m5.9 5.9 4.2 4.2M10.1 5.9l-4.2 4.2" />`,
  info: svg`<circle cx="8" cy="8" r="5.8" /><path d="M8 7.4v3.4M8 5.1h.01" />`,
  minus: svg`<path d="M4 8h8" />`,
  plus: svg`<path d="M4 8h8M8 4v8" />`,
  back: svg`<path d="M10 3.5 5.5 8l4.5 4.5" />`,
  chevron: svg`<path d="m6 3.5 4.5 4.5L6 12.5" />`,
  rotate: svg`<path d="M13 8a5 5 0 1 1-1.6-3.7L13 5.8M13 2.6v3.2H9.8" />`,
  chip: svg`<rect x="4" y="4" width="8" height="8" rx="1" /><path d="M6.5 1.8V4M9.5 1.8V4M6.5 12v2.2M9.5 12v2.2M1.8 6.5H4M1.8 9.5H4M12 6.5h2.2M12 9.5h2.2" />`,
  pin: svg`<path d="M6 2.5h4M6.8 2.5v4L4.5 9.5h7L9.2 6.5v-4M8 9.5v4" />`,
  dots: svg`<path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.4" />`,
} as const;

export type IconName = keyof typeof SHAPES;

/** Decorative: the word beside it, or the button's label, carries the meaning. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    ${SHAPES[name]}
  </svg>`;
}

export const brandMark = html`<svg
  class="brand-mark"
  viewBox="0 0 19 18"
  aria-hidden="true"
>
  <path d="M1 1h4v10H1zM7.5 5h4v6h-4z" fill="currentColor" />
  <path d="M14.5 11.5v5h3v-5M0 11.5h19" fill="none" stroke="currentColor" />
</svg>`;
