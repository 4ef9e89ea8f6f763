/** Kept runs in rows: pin, rename, what changed, what came of it, open, resume, delete. */
import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type {
  RunLane,
  RunsState,
  RunSummary,
} from "../session/runs-protocol.ts";
import { entry } from "./entry.ts";
import { icon } from "./icons.ts";
import { laneClass } from "./lane-text.ts";
import { runColors, runMark } from "./run-marks.ts";
import { tableStyles } from "./runs-styles.ts";
import {
  beganText,
  counts,
  distanceText,
  tookText,
  verdictText,
} from "./runs-view.ts";
import { runsText as words } from "./strings-runs.ts";
import { base, controls, lanes } from "./styles.ts";

/** What a visitor does to a run. */
export class RunEvent extends Event {
  readonly what: "pin" | "rename" | "open" | "resume" | "delete";
  readonly id: string;
  readonly name: string;

  constructor(what: RunEvent["what"], id: string, name = "") {
    super("lab-run", { bubbles: true });
    this.what = what;
    this.id = id;
    this.name = name;
  }
}

/** Changes that are all shown. */
const LISTED = 4;

export class LabRunsTable extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [base, controls, lanes, runColors, tableStyles];

  declare state: RunsState;

  #do(what: RunEvent["what"], id: string, name?: string): void {
    this.dispatchEvent(new RunEvent(what, id, name));
  }

  #lines(
    run: RunSummary,
    say: (lane: RunLane) => unknown,
    named = false,
  ): TemplateResult {
    return html`<div class="lines">
      ${run.lanes.map(
        (lane, i) =>
          html`<span
            >${
              named
                ? html`<b class="lane-text ${laneClass(i)}" title=${lane.title}
                    >${lane.name}</b
                  >`
                : html`<span class="lane-of hidden-text ${laneClass(i)}"
                    >${lane.name}
                  </span>`
            }${named ? nothing : say(lane)}</span
          >`,
      )}
    </div>`;
  }

  #count(what: "modes" | "dead") {
    return (lane: RunLane): TemplateResult => {
      const { measured, theory } = counts(lane, what);
      return html`${measured}${theory === null ? nothing : html` <span class="mute">(${theory})</span>`}`;
    };
  }

  #changed({ changed, changes }: RunSummary): TemplateResult {
    const shown = changed?.slice(0, LISTED).join("; ");
    const rest = (changed?.length ?? 0) - LISTED;
    return html`${changed === null ? words.first : shown === "" ? words.nothing : shown}${rest > 0 ? `; ${words.more(rest)}` : nothing}${changes.map(
      ({ step, words: said }) =>
        html`<br /><span class="mute"
            >${words.whileTraining(step, said.join("; "))}</span
          >`,
    )}`;
  }

  #thumbnail({ lanes: all }: RunSummary): TemplateResult {
    return html`<svg
      class="thumb"
      viewBox="0 0 64 36"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      ${all.map(({ thumbnail }, i) => {
        const last = Math.max(1, thumbnail.length - 1);
        const points = Array.from(
          thumbnail,
          (value, at) =>
            `${((64 * at) / last).toFixed(1)} ${(34 - 32 * value).toFixed(1)}`,
        );
        return svg`<path class=${laneClass(i)} d=${points.length > 1 ? `M${points.join("L")}` : ""} />`;
      })}
    </svg>`;
  }

  #actions({ id, name }: RunSummary): TemplateResult {
    const { unfinished, current } = this.state;
    const at = id === current ? undefined : unfinished.get(id);
    return html`<div class="row">
      ${
        at === undefined
          ? nothing
          : html`<button
              type="button"
              class="link"
              aria-label=${words.resumeRun(name, at)}
              title=${words.resumeRun(name, at)}
              @click=${() => {
                this.#do("resume", id);
              }}
            >
              ${words.resume}
            </button>`
      }
      <button
        type="button"
        class="link"
        aria-label=${words.openRun(name)}
        title=${words.openRun(name)}
        @click=${() => {
          this.#do("open", id);
        }}
      >
        ${words.open}
      </button>
      <button
        type="button"
        class="button bare square"
        aria-label=${words.deleteRun(name)}
        title=${words.deleteRun(name)}
        @click=${() => {
          this.#do("delete", id);
        }}
      >
        ${icon("close")}
      </button>
    </div>`;
  }

  #row(run: RunSummary): TemplateResult {
    const { id, name, pin, step, steps, finished, seconds, began } = run;
    const here = id === this.state.current;
    const { columns } = words;
    const now = performance.timeOrigin + performance.now();
    return html`<tr role="row" aria-current=${here ? "true" : nothing}>
      <td role="cell" class="cell-pin">
        <button
          type="button"
          class="pin"
          aria-pressed=${pin !== null}
          aria-label=${words.pinRun(name)}
          title=${words.pinRun(name)}
          @click=${() => {
            this.#do("pin", id);
          }}
        >
          ${pin === null ? icon("pin") : runMark(pin)}
        </button>
      </td>
      <th scope="row" role="rowheader" class="cell-name">
        <input
          class="name"
          aria-label=${words.nameOf(name)}
          title=${name}
          maxlength="120"
          .value=${entry(name)}
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            if (input.value.trim() === "") input.value = name;
            this.#do("rename", id, input.value);
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === "Enter") (event.target as HTMLElement).blur();
          }}
        />${here ? html`<span class="hidden-text">${words.now}</span>` : nothing}
      </th>
      <td role="cell" class="changed">${this.#changed(run)}</td>
      <td role="cell" class="cell-lane">
        ${this.#lines(run, () => nothing, true)}
      </td>
      <td role="cell" class="num labeled" data-label=${columns.modes}>
        ${this.#lines(run, this.#count("modes"))}
      </td>
      <td role="cell" class="num labeled" data-label=${columns.dead}>
        ${this.#lines(run, this.#count("dead"))}
      </td>
      <td role="cell" class="num labeled" data-label=${columns.distance}>
        ${this.#lines(run, distanceText)}
      </td>
      <td
        role="cell"
        class="cell-verdict labeled"
        data-label=${columns.verdict}
      >
        ${this.#lines(run, verdictText)}
      </td>
      <td role="cell" class="cell-loss">${this.#thumbnail(run)}</td>
      <td role="cell" class="num labeled" data-label=${columns.seed}>
        ${run.seed}
      </td>
      <td role="cell" class="num labeled" data-label=${columns.steps}>
        ${finished || step >= steps ? step : words.stopped(String(step), String(steps))}
      </td>
      <td role="cell" class="cell-began labeled" data-label=${columns.began}>
        <div class="lines">
          <span
            ><time datetime=${new Date(began).toISOString()}
              >${beganText(began, now)}</time
            ></span
          ><span class="mute" title=${run.engine?.adapter ?? nothing}
            >${tookText(seconds)}${run.engine ? `, ${run.engine.kind === "cpu" ? words.cpu : words.gpu}` : nothing}</span
          >
        </div>
      </td>
      <td role="cell" class="acts">${this.#actions(run)}</td>
    </tr>`;
  }

  protected override render(): TemplateResult {
    const { columns } = words;
    const theory = html` <span>${columns.theory}</span>`;
    const head = (title: unknown, kind = "") =>
      html`<th scope="col" role="columnheader" class=${kind}>${title}</th>`;
    const unseen = (title: string) =>
      head(html`<span class="hidden-text">${title}</span>`);
    return html`<table role="table">
      <caption class="hidden-text">
        ${words.caption}
      </caption>
      <thead>
        <tr role="row">
          ${unseen(columns.pin)}${head(columns.name)}${head(columns.changed)}${unseen(columns.lane)}${head([columns.modes, theory], "num")}${head([columns.dead, theory], "num")}${head(columns.distance, "num")}${head(columns.verdict)}${head(columns.course, "cell-loss")}${head(columns.seed, "num")}${head(columns.steps, "num")}${head(columns.began)}${unseen(columns.actions)}
        </tr>
      </thead>
      <tbody>
        ${repeat(
          this.state.runs,
          ({ id }) => id,
          (run) => this.#row(run),
        )}
      </tbody>
    </table>`;
  }
}

customElements.define("lab-runs-table", LabRunsTable);

declare global {
  interface HTMLElementTagNameMap {
    "lab-runs-table": LabRunsTable;
  }
}
