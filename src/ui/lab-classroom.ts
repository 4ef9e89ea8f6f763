/**
 * What a classroom link has to say above the experiment: its note, its question, what it hides and
 * locks, and whether this machine arrives at the author's numbers.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { numberIn } from "../experiment/numbers.ts";
import {
  compareReceipt,
  readReceipt,
  type Receipt,
  type ReceiptDifference,
} from "../experiment/receipt.ts";
import { CLASSROOM_KEYS, isClassroom } from "../experiment/view.ts";
import { isAsking, isTheoryHidden } from "../session/store-view.ts";
import type { LabState, LaneState } from "../session/store.ts";
import { receiptLanes } from "./receipt.ts";
import { icon } from "./icons.ts";
import { StoreController } from "./store-controller.ts";
import { classroomText as words, receiptText } from "./strings-share.ts";
import { base, columns, controls } from "./styles.ts";
import { whole } from "./format.ts";

export class LabClassroom extends LitElement {
  static override styles = [
    base,
    controls,
    columns,
    css`
      section {
        border-bottom: 1px solid var(--rule);
        background: var(--sub);
        font-size: 13px;
        line-height: 20px;
      }
      section.columns > * {
        padding-block: 10px;
      }
      .lead {
        align-self: start;
      }
      .body {
        grid-column: 2 / 4;
      }
      .acts {
        flex-direction: column;
        align-items: flex-start;
        gap: 0;
      }
      .note {
        overflow-wrap: anywhere;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
      }
      .problem {
        flex-basis: 100%;
      }
      .link {
        min-height: 24px;
      }
      @media (max-width: 1199px) {
        .columns > .acts {
          grid-column: 2 / 4;
          flex-direction: row;
          gap: 16px;
          padding-top: 0;
        }
      }
      @media (max-width: 899px) {
        .lead {
          display: none;
        }
        .link {
          min-height: 44px;
        }
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) =>
      [
        state.view,
        state.classroom,
        state.config,
        state.status,
        ...state.lanes,
      ] as const,
  );
  #problem = "";
  #said = "";
  /** Verdict on the author's numbers, of the link it was reached with. */
  #verdict: {
    readonly of: string;
    readonly found: readonly ReceiptDifference[];
  } | null = null;

  readonly #guess = (event: SubmitEvent): void => {
    event.preventDefault();
    const { store } = this.#state;
    const input =
      this.renderRoot.querySelector<HTMLInputElement>("#guess")?.value ?? "";
    const most = store.state.lanes[0].settings.latents;
    const guess = numberIn(input.trim());
    if (
      guess === null ||
      !Number.isInteger(guess) ||
      guess < 0 ||
      guess > most
    ) {
      this.#problem = words.refused(most);
      this.requestUpdate();
      return;
    }
    this.#answer(guess);
  };

  #answer(guess: number): void {
    const { store } = this.#state;
    this.#problem = "";
    store.setClassroom({ guess });
    void store.play();
  }

  #ask(lanes: readonly LaneState[]): TemplateResult {
    const lane = lanes.length > 1 ? lanes[0].name : null;
    return html`<form novalidate @submit=${this.#guess}>
      <label for="guess"
        ><b>${words.question(lanes[0].settings.latents, lane)}</b></label
      >
      <input
        id="guess"
        class="number"
        inputmode="numeric"
        autocomplete="off"
        aria-invalid=${this.#problem ? "true" : "false"}
        aria-describedby="problem"
      />
      <button type="submit" class="button solid">${words.guess}</button>
      <button
        type="button"
        class="link"
        @click=${() => {
          this.#answer(NaN);
        }}
      >
        ${words.pass}
      </button>
      <span class="small mute">${words.local}</span>
      <span class="problem small" id="problem" role="alert"
        >${this.#problem}</span
      >
    </form>`;
  }

  /** The guess beside what came of it. */
  #answered(state: LabState): TemplateResult | typeof nothing {
    const { guess } = state.classroom;
    if (state.view.ask === undefined || guess === null) return nothing;
    const { lanes } = state;
    const counts = (value: (lane: LaneState) => number | undefined) => {
      const found = lanes.map(value);
      if (found.some((n) => n === undefined || Number.isNaN(n))) return null;
      return found
        .map((n, i) =>
          words.inLane(String(n), lanes.length > 1 ? lanes[i].name : null),
        )
        .join(", ");
    };
    const theory = counts((lane) => lane.prediction?.activeUnits);
    const ended = state.status === "done";
    const measured = ended ? counts((lane) => lane.readout?.activeModes) : null;
    return html`<p>
      ${Number.isNaN(guess) ? nothing : html`<b>${words.guessed(guess)}</b> `}${theory === null ? nothing : `${words.theory(theory)} `}${measured === null ? nothing : words.measured(measured, whole(state.step))}
    </p>`;
  }

  #receipt(state: LabState): TemplateResult | typeof nothing {
    const receipt = readReceipt(state.view.r ?? "");
    if (!receipt) return nothing;
    const here = receiptLanes(state, receipt.steps);
    if (here)
      this.#verdict = {
        of: state.link,
        found: compareReceipt(receipt.lanes, here),
      };
    const verdict = this.#verdict?.of === state.link ? this.#verdict : null;
    return html`<p
      role="status"
      data-receipt=${verdict ? (verdict.found.length === 0 ? "match" : "differs") : "waiting"}
    >
      ${
        verdict === null
          ? html`${receiptText.author(whole(receipt.steps), receipt.adapter)}
            ${receiptText.waiting(whole(state.step))}`
          : verdict.found.length === 0
            ? html`${icon("ok")}
                <b>${receiptText.match}</b>
                ${receiptText.author(whole(receipt.steps), receipt.adapter)}`
            : html`${icon("away")}
                <b
                  >${receiptText.differs(differencesText(verdict.found, state.lanes))}</b
                >
                <span class="soft">${receiptText.noBits}</span>`
      }
    </p>`;
  }

  /** Exactly the author's steps: a run may have stopped before or gone past them. */
  readonly #run = async (receipt: Receipt): Promise<void> => {
    const { store } = this.#state;
    await store.pause();
    if (store.state.step >= receipt.steps) await store.restart();
    await store.step(receipt.steps - store.state.step);
  };

  #acts(state: LabState): TemplateResult {
    const { store } = this.#state;
    const { view, status } = state;
    const receipt = readReceipt(view.r ?? "");
    const needed =
      receipt !== null &&
      this.#verdict?.of !== state.link &&
      !isTheoryHidden(state) &&
      (status === "done" || status === "paused" || state.step > receipt.steps);
    const act = (label: string, action: () => unknown) =>
      html`<button type="button" class="link" @click=${action}>
        ${label}
      </button>`;
    return html`<div class="acts row">
      ${receipt && needed ? act(receiptText.run(whole(receipt.steps)), () => this.#run(receipt)) : nothing}
      ${
        isTheoryHidden(state) && !isAsking(state)
          ? act(words.show, () => {
              store.setClassroom({ revealed: true });
            })
          : nothing
      }
      ${
        view.lock === undefined
          ? nothing
          : act(words.unlock, () => {
              this.#said = words.unlocked;
              store.setView("lock", null);
            })
      }
      ${
        isClassroom(view)
          ? act(words.leave, () => {
              this.#said = words.left;
              for (const key of CLASSROOM_KEYS) store.setView(key, null);
            })
          : nothing
      }
    </div>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this.#state.store;
    const { view } = state;
    const live = html`<p class="soft" role="status">${this.#said}</p>`;
    const silent = !isClassroom(view) && view.r === undefined;
    if (silent && !this.#said) return nothing;
    return html`<section class="columns" aria-label=${words.label}>
      <div class="lead row soft">${icon("info")}${words.label}</div>
      <div class="body">
        ${view.note ? html`<p class="note"><span class="soft">${words.note}:</span> ${view.note}</p>` : nothing}
        ${isAsking(state) ? this.#ask(state.lanes) : nothing}
        ${isTheoryHidden(state) && !isAsking(state) ? html`<p>${words.hidden}</p>` : nothing}
        ${this.#answered(state)} ${this.#receipt(state)}
        ${view.lock === undefined ? nothing : html`<p>${words.locked}</p>`}
        ${live}
      </div>
      ${this.#acts(state)}
    </section>`;
  }
}

function differencesText(
  found: readonly ReceiptDifference[],
  lanes: readonly LaneState[],
): string {
  const number = (value: number | null) =>
    value === null ? receiptText.none : String(Number(value.toPrecision(6)));
  return found
    .map(({ lane, what, here, author }) =>
      receiptText.here(
        `${lanes.at(lane)?.name ?? String.fromCharCode(65 + lane)} ${receiptText.what[what]}`,
        number(here),
        number(author),
      ),
    )
    .join("; ");
}

customElements.define("lab-classroom", LabClassroom);

declare global {
  interface HTMLElementTagNameMap {
    "lab-classroom": LabClassroom;
  }
}
