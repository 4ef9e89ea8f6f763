/** What the views of the pictures tab share: the choice of a lane, and their frame. */
import { css, html, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { laneClass } from "./lane-text.ts";
import { text } from "./strings.ts";

export const pictureStyles = css`
  :host {
    height: 100%;
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .options {
    flex: none;
    flex-wrap: wrap;
    gap: 4px 14px;
    padding: 6px var(--gutter) 2px;
    min-height: 34px;
  }
  .stepper {
    gap: 0;
    white-space: nowrap;
  }
  .lane-choice {
    gap: 0;
  }
  .lane-choice button {
    min-width: 32px;
    height: var(--target);
    padding: 0 8px;
    border: 1px solid var(--edge);
    margin-left: -1px;
    color: var(--ink-2);
  }
  .lane-choice [aria-checked="true"] {
    color: var(--lane-text);
    font-weight: 600;
    box-shadow: inset 0 -2px var(--ink);
  }
  .scroll {
    flex: 1 1 0;
    min-height: 0;
    overflow: auto;
    scrollbar-width: thin;
    padding: 2px var(--gutter) 8px;
  }
  :host > p {
    padding: 8px var(--gutter);
    text-wrap: pretty;
  }
  @media (max-width: 899px) {
    :host {
      display: block;
      height: auto;
    }
    .options,
    .scroll,
    :host > p {
      padding-inline: 0;
    }
    .scroll {
      overflow: visible;
    }
    .lane-choice button {
      min-width: 44px;
    }
  }
`;

/** One lane of several; nothing where there is one. */
export function pictureChoice(
  all: readonly LaneState[],
  chosen: number,
  choose: (lane: number) => void,
): TemplateResult | typeof nothing {
  if (all.length < 2) return nothing;
  const arrow = (event: KeyboardEvent) => {
    const by =
      event.key === "ArrowRight" || event.key === "ArrowDown"
        ? 1
        : event.key === "ArrowLeft" || event.key === "ArrowUp"
          ? -1
          : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = (chosen + by + all.length) % all.length;
    choose(next);
    (event.currentTarget as HTMLElement)
      .querySelectorAll<HTMLElement>("button")
      [next].focus();
  };
  return html`<span
    class="row lane-choice"
    role="radiogroup"
    aria-label=${text.pictures.lane}
    @keydown=${arrow}
  >
    ${all.map(
      ({ name }, i) =>
        html`<button
          type="button"
          role="radio"
          class=${laneClass(i)}
          aria-checked=${i === chosen}
          tabindex=${i === chosen ? 0 : -1}
          @click=${() => {
            choose(i);
          }}
        >
          ${name}
        </button>`,
    )}
  </span>`;
}
